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
    for (register, _) in &mut row_loop.loads {
        let new = take(&mut free);
        place[register.index()] = Some(new);
        *register = new;
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
            if ends[source.index()] == End::After(step) && !done.contains(&held) {
                done.push(held);
            }
            held
        });
        free.append(&mut done);
        place[destination.index()] = Some(new);
        *destination = new;
    }
    for (register, _) in &mut row_loop.sums {
        *register = place[register.index()].expect("a summed register is written");
    }
    for Scatter { block, .. } in &mut row_loop.scatters {
        *block = place[block.index()].expect("a summed register is written");
    }
    for (register, _) in &mut row_loop.stores {
        *register = place[register.index()].expect("a stored register is written");
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
    let sums = row_loop.sums.iter().map(|(register, _)| register);
    let stores = row_loop.stores.iter().map(|(register, _)| register);
    let scatters = row_loop.scatters.iter().map(|scatter| &scatter.block);
    for register in broadcasts.chain(sums).chain(scatters).chain(stores) {
        ends[register.index()] = End::Never;
    }
    ends
}
