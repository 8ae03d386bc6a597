//! Checks that drawings and listings of programs show all of them.
//!
//! In: compiled programs. Out: graphs whose edges join nodes that are drawn, and stages by name.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::HashSet;

use rainier_core::{Collapsing, Column, CompileSettings, Program, Real};

fn small() -> Program {
    let x = Column::placeholder("say \"x\"");
    let slope = Real::parameter("slope");
    let sum = (x.real().exp() * &slope).tanh().sum_rows();
    Program::compile(&[sum * 2.0 + x.row_count()], &[slope]).unwrap()
}

fn all_steps() -> Vec<Program> {
    let (x, group) = (Column::placeholder("x"), Column::placeholder("group"));
    let p = ["a", "b", "c"].map(Real::parameter);
    let effect = Real::lookup(&group, &p[..2]);
    let squares = (-(x.real() - &effect).pow(2.0) * p[2].exp()).sum_rows();
    let line = (x.real() * &p[0] + &p[1] - 1.0).pow(2.0).sum_rows();
    let value = squares + line + (effect * x.real()).softplus().sum_rows();
    [Collapsing::All, Collapsing::Off]
        .map(|collapsing| CompileSettings::default().with_collapsing(collapsing))
        .map(|settings| settings.compile_with_gradient(&value, &p).unwrap())
        .to_vec()
}

#[test]
fn drawing_of_a_small_program_is_the_golden_one() {
    assert_eq!(small().graphviz(), include_str!("golden/small.dot"));
}

/// The numbers of the nodes that a line declares or joins.
fn nodes(line: &str) -> Vec<&str> {
    let statement = line.trim().split([' ', '[', ';']);
    let is_node =
        |word: &&str| word.len() > 1 && word.starts_with('n') && word[1..].parse::<u32>().is_ok();
    statement.filter(is_node).collect()
}

#[test]
fn every_edge_joins_nodes_that_are_drawn_once() {
    for program in all_steps() {
        let graph = program.graphviz();
        let (edges, rest): (Vec<&str>, Vec<&str>) =
            graph.lines().partition(|line| line.contains(" -> "));
        let declared: Vec<&str> = rest
            .iter()
            .filter(|line| line.contains("shape="))
            .flat_map(|line| nodes(line)[..1].to_vec())
            .collect();
        let drawn: HashSet<&str> = declared.iter().copied().collect();
        assert_eq!(declared.len(), drawn.len());
        for edge in &edges {
            let ends = nodes(edge);
            assert!(
                ends.len() == 2 && ends.iter().all(|end| drawn.contains(end)),
                "{edge}"
            );
        }
        let depth = graph
            .chars()
            .fold(0_i32, |depth, character| match character {
                '{' => depth + 1,
                '}' => depth - 1,
                _ => depth,
            });
        assert_eq!(depth, 0);
        assert_eq!(graph.matches('"').count() % 2, 0);
    }
}

#[test]
fn every_register_and_column_that_evaluation_reads_is_drawn() {
    let mut read = 0;
    for program in all_steps() {
        let (listing, graph) = (program.to_string(), program.graphviz());
        let labels = graph.split("label=\"").skip(1);
        let drawn: HashSet<&str> = labels
            .filter_map(|label| label.split([':', '"']).next())
            .collect();
        let evaluation = listing.split("gradient alone").next().unwrap();
        for line in evaluation.lines().filter(|line| line.starts_with("  ")) {
            for name in line.split([' ', '[', ']', ':']) {
                // Block registers that are only loaded are drawn as what they were loaded from.
                let number = name.strip_prefix(['s', 'c', 'd']);
                if number.is_some_and(|number| number.parse::<u32>().is_ok()) {
                    read += 1;
                    assert!(drawn.contains(name), "{name} in {line}");
                }
            }
        }
    }
    assert!(read > 50);
}

#[test]
fn listing_marks_the_stages() {
    let listing = small().to_string();
    let place = |text: &str| {
        listing
            .find(text)
            .unwrap_or_else(|| panic!("{text}\n{listing}"))
    };
    let order = [
        "c0 = \"say \\\"x\\\"\"",
        "binding, once for each data set:",
        "for each of rows 0",
        "evaluation, once for each position:",
    ];
    assert!(order.windows(2).all(|pair| place(pair[0]) < place(pair[1])));
}
