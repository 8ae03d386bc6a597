//! Groups the numbers of a draw into named arrays.
//!
//! In: names such as `mu`, `theta[0]`, `theta[1]`, `r[0][1]`, `r[0,1]`. Out: variables with their
//! shapes. Readers know arrays; a trace knows numbers.

use std::collections::BTreeMap;

/// One quantity.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Variable {
    pub(super) name: String,
    /// Lengths of its dimensions; empty for a number.
    pub(super) shape: Vec<usize>,
    /// Where its elements are in a draw, the last index running fastest.
    pub(super) parameters: Vec<usize>,
}

impl Variable {
    /// Indices counted from 1, and where the element is in a draw; the first index runs fastest,
    /// as in Stan and R.
    pub(super) fn elements(&self) -> Vec<(Vec<usize>, usize)> {
        let mut index = vec![0; self.shape.len()];
        let mut elements = Vec::with_capacity(self.parameters.len());
        for _ in 0..self.parameters.len() {
            let shape = index.iter().zip(&self.shape);
            let place = shape.fold(0, |place, (i, length)| place * length + i);
            elements.push((
                index.iter().map(|i| i + 1).collect(),
                self.parameters[place],
            ));
            for (i, length) in index.iter_mut().zip(&self.shape) {
                *i += 1;
                if *i < *length {
                    break;
                }
                *i = 0;
            }
        }
        elements
    }
}

/// All variables in the order of their first elements. Names that do not fill an array are numbers
/// of their own.
pub(super) fn variables(names: &[String]) -> Vec<Variable> {
    let mut arrays: BTreeMap<String, Vec<(Vec<usize>, usize)>> = BTreeMap::new();
    for (parameter, name) in names.iter().enumerate() {
        let (base, index) = split(name);
        let elements = arrays.entry(plain(base)).or_default();
        elements.push((index, parameter));
    }
    let mut variables = Vec::new();
    for (name, mut elements) in arrays {
        elements.sort();
        match shape(&elements) {
            Some(shape) => variables.push(Variable {
                name,
                shape,
                parameters: elements
                    .into_iter()
                    .map(|(_, parameter)| parameter)
                    .collect(),
            }),
            None => variables.extend(elements.into_iter().map(|(_, parameter)| Variable {
                name: format!("{}_{parameter}", plain(&names[parameter])),
                shape: Vec::new(),
                parameters: vec![parameter],
            })),
        }
    }
    variables.sort_by_key(|variable| variable.parameters.iter().copied().min());
    variables
}

/// The lengths of the box that sorted indices fill, if they do.
fn shape(elements: &[(Vec<usize>, usize)]) -> Option<Vec<usize>> {
    let (last, _) = elements.last()?;
    let shape: Vec<usize> = last.iter().map(|index| index.saturating_add(1)).collect();
    let size = shape
        .iter()
        .try_fold(1_usize, |size, length| size.checked_mul(*length))?;
    let fills = |(place, (index, _)): (usize, &(Vec<usize>, usize))| {
        let mut rest = place;
        index.len() == shape.len()
            && index.iter().zip(&shape).rev().all(|(index, length)| {
                let expected = rest % length;
                rest /= length;
                *index == expected
            })
    };
    (size == elements.len() && elements.iter().enumerate().all(fills)).then_some(shape)
}

/// Name and indices of `name[i][j]` or `name[i,j]`; no indices for other names.
fn split(name: &str) -> (&str, Vec<usize>) {
    let parsed = name.split_once('[').and_then(|(base, rest)| {
        let inside = rest.strip_suffix(']')?.replace("][", ",");
        let index: Result<Vec<usize>, _> = inside.split(',').map(|i| i.trim().parse()).collect();
        Some((base, index.ok()?))
    });
    parsed.unwrap_or((name, Vec::new()))
}

/// The name with nothing in it that a reader of columns or paths would take for something else.
fn plain(name: &str) -> String {
    // Marks that are printed as escapes would have to be escaped in JSON, too.
    let is_plain = |c: char| c == '_' || (c.is_alphanumeric() && c.escape_debug().count() == 1);
    let keep = |c: char| if is_plain(c) { c } else { '_' };
    let plain: String = name.chars().map(keep).collect();
    // `chain` and `draw` are the coordinates.
    if plain.is_empty() || plain == "chain" || plain == "draw" {
        format!("{plain}_")
    } else {
        plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes(names: &[&str]) -> Vec<(String, Vec<usize>, Vec<usize>)> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let parts = |v: Variable| (v.name, v.shape, v.parameters);
        variables(&names).into_iter().map(parts).collect()
    }

    #[test]
    fn elements_become_arrays_in_the_order_of_their_indices() {
        assert_eq!(
            shapes(&["z", "theta[1]", "theta[0]", "r[0,0]", "r[0,1]"]),
            [
                ("z".into(), vec![], vec![0]),
                ("theta".into(), vec![2], vec![2, 1]),
                ("r".into(), vec![1, 2], vec![3, 4]),
            ]
        );
        assert_eq!(shapes(&["a[0][0]", "a[1][0]"])[0].1, [2, 1]);
    }

    #[test]
    fn what_fills_no_array_stays_apart_under_names_of_its_own() {
        let found = shapes(&["a[0]", "a[2]", "b", "b", "x y.z", "draw"]);
        assert!(found.iter().all(|(_, shape, _)| shape.is_empty()));
        let mut names: Vec<&str> = found.iter().map(|(name, ..)| name.as_str()).collect();
        assert_eq!(names, ["a_0__0", "a_2__1", "b_2", "b_3", "x_y_z", "draw_"]);
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 6);
    }
}
