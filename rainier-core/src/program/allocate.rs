//! Reuses block registers: a row loop's working set must stay in cache.
//!
//! In: instructions over as many registers as values. Out: the same instructions over as few as
//! are alive at once. A register is free after the last instruction that reads it; a destination
//! is chosen while its sources are still held, so they never coincide.

use crate::instruction::{Instruction, Register, RowLoop, Scatter};

/// Renumbers a loop's registers. Broadcasts keep theirs throughout, since they are filled once.
pub(super) fn reuse_registers(row_loop: &mut RowLoop) {
    let ends = last_uses(row_loop);
    let mut free: Vec<Register> = Vec::new();
    let mut count = 0;
    let mut place = vec![None; row_loop.registers];
    let mut take = |free: &mut Vec<Register>| {
        free.pop().unwrap_or_else(|| {
            count += 1;
            Register(count - 1)
        })
    };
    for (register, _) in &mut row_loop.broadcasts {
        let new = take(&mut free);
        place[register.index()] = Some(new);
        *register = new;
    }
    // Loads are never written. They keep numbers above all others until those are counted.
    let first_load = u32::try_from(row_loop.registers).expect("registers have 32 bits");
    for (next, (register, _)) in (first_load..).zip(&mut row_loop.loads) {
        place[register.index()] = Some(Register(next));
        *register = Register(next);
    }
    for gather in &mut row_loop.gathers {
        let new = take(&mut free);
        place[gather.block.index()] = Some(new);
        gather.block = new;
    }
    for (
        step,
        Instruction {
            destination,
            action,
        },
    ) in row_loop.instructions.iter_mut().enumerate()
    {
        let new = take(&mut free);
        let mut done = Vec::new();
        *action = action.map_sources(|source| {
            let held = place[source.index()].expect("a register is written before it is read");
            let is_last = ends[source.index()] == End::After(step) && held.0 < first_load;
            if is_last && !done.contains(&held) {
                done.push(held);
            }
            held
        });
        free.append(&mut done);
        place[destination.index()] = Some(new);
        *destination = new;
    }
    // What is read after the instructions, by its place, with loads right after the others.
    let load_offset = first_load - count;
    let compact = |register: Register| match register.0.checked_sub(first_load) {
        Some(_) => Register(register.0 - load_offset),
        None => register,
    };
    let final_place = |register: Register| {
        compact(place[register.index()].expect("a register is written before it is read"))
    };
    for instruction in &mut row_loop.instructions {
        instruction.action = instruction.action.map_sources(compact);
    }
    for (register, _) in &mut row_loop.loads {
        *register = compact(*register);
    }
    for sum in &mut row_loop.sums {
        sum.block = final_place(sum.block);
        sum.factor = sum.factor.map(final_place);
    }
    for Scatter { block, .. } in &mut row_loop.scatters {
        *block = final_place(*block);
    }
    for (register, _) in &mut row_loop.stores {
        *register = final_place(*register);
    }
    row_loop.registers = count as usize;
}

/// Until when a register's value is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The instruction at this position reads it last.
    After(usize),
    /// To the end of the block, or of the loop.
    Never,
}

fn last_uses(row_loop: &RowLoop) -> Vec<End> {
    let mut ends = vec![End::Never; row_loop.registers];
    for (step, instruction) in row_loop.instructions.iter().enumerate() {
        instruction.action.map_sources(|source| {
            ends[source.index()] = End::After(step);
            source
        });
    }
    let broadcasts = row_loop.broadcasts.iter().map(|(register, _)| register);
    let sums = row_loop.sums.iter();
    let sums = sums.flat_map(|sum| {
        [sum.factor.as_ref(), Some(&sum.block)]
            .into_iter()
            .flatten()
    });
    let stores = row_loop.stores.iter().map(|(register, _)| register);
    let scatters = row_loop.scatters.iter().map(|scatter| &scatter.block);
    for register in broadcasts.chain(sums).chain(scatters).chain(stores) {
        ends[register.index()] = End::Never;
    }
    ends
}
