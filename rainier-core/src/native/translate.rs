//! Translates instructions to Cranelift's intermediate code, one function of one block.
//!
//! In: instructions, and which registers to keep. Out: a function that takes a pointer to the
//! registers. What the instructions compute is a value from then on and stored only to be kept. Each
//! operation rounds by itself: nothing is fused or reordered.

use std::collections::HashMap;

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir::condcodes::FloatCC;
use cranelift_codegen::ir::types::{F64, I32, I64};
use cranelift_codegen::ir::{
    AbiParam, Function, InstBuilder, MemFlags, SigRef, Signature, Type, Value,
};
use cranelift_codegen::isa::CallConv;

use super::functions::{OfOne, OfTwo, of_one, of_three, of_two};
use crate::instruction::{Action, Instruction, Register, adds_nothing};
use crate::operation::{Binary, Ternary, Unary};

/// Offsets in bytes from the first register are signed and of 32 bits.
pub(super) const MOST_REGISTERS: usize = 1 << 28;

/// Adds the instructions to an empty function. Every register must be within [`MOST_REGISTERS`].
pub(super) fn translate(
    function: &mut Function,
    convention: CallConv,
    instructions: &[Instruction],
    is_kept: impl Fn(Register) -> bool,
) {
    function.signature = Signature::new(convention);
    function.signature.params.push(AbiParam::new(I64));
    let block = function.dfg.make_block();
    let registers = function.dfg.append_block_param(block, I64);
    function.layout.append_block(block);
    let mut cursor = FuncCursor::new(function);
    cursor.goto_bottom(block);
    let mut translation = Translation {
        cursor,
        convention,
        registers,
        values: HashMap::with_capacity(instructions.len()),
        conditions: HashMap::new(),
        signatures: HashMap::new(),
    };
    for instruction in instructions {
        let destination = instruction.destination;
        let value = translation.action(destination, instruction.action);
        translation.values.insert(destination, value);
        if is_kept(destination) {
            translation.store(destination, value);
        }
    }
    translation.cursor.ins().return_(&[]);
}

struct Translation<'a> {
    cursor: FuncCursor<'a>,
    convention: CallConv,
    /// Pointer to the first register.
    registers: Value,
    /// Registers that were computed.
    values: HashMap<Register, Value>,
    /// The truth of registers that hold a comparison.
    conditions: HashMap<Register, Value>,
    /// Signatures of called functions by their argument types.
    signatures: HashMap<&'static [Type], SigRef>,
}

impl Translation<'_> {
    fn action(&mut self, destination: Register, action: Action) -> Value {
        self.conditions.remove(&destination);
        match action {
            Action::Add(a, b) => {
                let (a, b) = (self.value(a), self.value(b));
                self.cursor.ins().fadd(a, b)
            }
            Action::Subtract(a, b) => {
                let (a, b) = (self.value(a), self.value(b));
                self.cursor.ins().fsub(a, b)
            }
            Action::Multiply(a, b) => {
                let (a, b) = (self.value(a), self.value(b));
                self.cursor.ins().fmul(a, b)
            }
            Action::Divide(a, b) => {
                let (a, b) = (self.value(a), self.value(b));
                self.cursor.ins().fdiv(a, b)
            }
            Action::Reciprocal(a) => {
                let a = self.value(a);
                let one = self.number(1.0);
                self.cursor.ins().fdiv(one, a)
            }
            Action::Affine {
                source,
                scale,
                offset,
            } => {
                let source = self.value(source);
                let scaled = self.scaled(source, scale);
                if adds_nothing(offset) {
                    return scaled;
                }
                let offset = self.number(offset);
                self.cursor.ins().fadd(scaled, offset)
            }
            Action::AddScaled {
                accumulator,
                source,
                scale,
            } => {
                let (accumulator, source) = (self.value(accumulator), self.value(source));
                let scaled = self.scaled(source, scale);
                self.cursor.ins().fadd(accumulator, scaled)
            }
            Action::AddProduct {
                accumulator,
                left,
                right,
            } => {
                let (left, right) = (self.value(left), self.value(right));
                let product = self.cursor.ins().fmul(left, right);
                let accumulator = self.value(accumulator);
                self.cursor.ins().fadd(accumulator, product)
            }
            Action::Power { source, exponent } => {
                let source = self.value(source);
                self.power(source, exponent)
            }
            Action::Unary(function, a) => self.unary(function, a),
            Action::Binary(function, a, b) => self.binary(destination, function, a, b),
            Action::Ternary(function, arguments) => self.ternary(function, arguments),
            Action::Select(condition, then, otherwise) => {
                let (then, otherwise) = (self.value(then), self.value(otherwise));
                let condition = self.condition(condition);
                self.cursor.ins().select(condition, then, otherwise)
            }
        }
    }

    /// The value of a register: computed here, or from memory.
    fn value(&mut self, register: Register) -> Value {
        // Loaded anew at each use: most instructions take an operand from memory as fast as from a
        // register, and keeping what all of the code reads would drive computed values to the stack.
        self.values.get(&register).copied().unwrap_or_else(|| {
            let flags = MemFlags::trusted();
            self.cursor
                .ins()
                .load(F64, flags, self.registers, offset(register))
        })
    }

    fn store(&mut self, register: Register, value: Value) {
        let flags = MemFlags::trusted();
        let offset = offset(register);
        self.cursor
            .ins()
            .store(flags, value, self.registers, offset);
    }

    fn number(&mut self, number: f64) -> Value {
        self.cursor.ins().f64const(number)
    }

    fn scaled(&mut self, source: Value, scale: f64) -> Value {
        // 1 · x is x, −1 · x its opposite.
        if scale == 1.0 {
            return source;
        }
        if scale == -1.0 {
            return self.cursor.ins().fneg(source);
        }
        let scale = self.number(scale);
        self.cursor.ins().fmul(scale, source)
    }

    /// x^k by squaring, from the lowest bit of k: the operations of `f64::powi`, in its order.
    fn power(&mut self, source: Value, exponent: i32) -> Value {
        let mut remaining = exponent.unsigned_abs();
        let mut square = source;
        let mut product = None;
        while remaining != 0 {
            if remaining & 1 == 1 {
                product = Some(match product {
                    None => square,
                    Some(product) => self.cursor.ins().fmul(product, square),
                });
            }
            remaining >>= 1;
            if remaining != 0 {
                square = self.cursor.ins().fmul(square, square);
            }
        }
        let product = product.unwrap_or_else(|| self.number(1.0));
        if exponent < 0 {
            let one = self.number(1.0);
            self.cursor.ins().fdiv(one, product)
        } else {
            product
        }
    }

    fn unary(&mut self, function: Unary, argument: Register) -> Value {
        let x = self.value(argument);
        match of_one(function) {
            OfOne::Sqrt => self.cursor.ins().sqrt(x),
            OfOne::Abs => self.cursor.ins().fabs(x),
            OfOne::Floor => self.cursor.ins().floor(x),
            OfOne::Sign => {
                // Zeros keep their sign and NaN stays NaN.
                let (zero, one) = (self.number(0.0), self.number(1.0));
                let condition = FloatCC::OrderedNotEqual;
                let has_sign = self.cursor.ins().fcmp(condition, x, zero);
                let signed = self.cursor.ins().fcopysign(one, x);
                self.cursor.ins().select(has_sign, signed, x)
            }
            OfOne::Call(function) => self.call(function as usize, &[F64], &[x]),
            OfOne::CallOfOrder(function, order) => {
                let order = self.cursor.ins().iconst(I32, i64::from(order));
                self.call(function as usize, &[I32, F64], &[order, x])
            }
        }
    }

    fn ternary(&mut self, function: Ternary, arguments: [Register; 3]) -> Value {
        let [x, y, z] = arguments.map(|argument| self.value(argument));
        let (function, place) = of_three(function);
        let place = self.cursor.ins().iconst(I32, i64::from(place));
        self.call(function as usize, &[I32, F64, F64, F64], &[place, x, y, z])
    }

    fn binary(
        &mut self,
        destination: Register,
        function: Binary,
        x: Register,
        y: Register,
    ) -> Value {
        let (x, y) = (self.value(x), self.value(y));
        let condition = match of_two(function) {
            OfTwo::Less => FloatCC::LessThan,
            OfTwo::LessOrEqual => FloatCC::LessThanOrEqual,
            OfTwo::Equal => FloatCC::Equal,
            OfTwo::Call(function) => {
                return self.call(function as usize, &[F64, F64], &[x, y]);
            }
            OfTwo::CallByPlace(function, place) => {
                let place = self.cursor.ins().iconst(I32, i64::from(place));
                return self.call(function as usize, &[I32, F64, F64], &[place, x, y]);
            }
        };
        let truth = self.cursor.ins().fcmp(condition, x, y);
        self.conditions.insert(destination, truth);
        // Costs nothing where only a select reads it: code without use is dropped.
        let whole = self.cursor.ins().uextend(I32, truth);
        self.cursor.ins().fcvt_from_uint(F64, whole)
    }

    /// Whether a register holds anything but 0; NaN counts.
    fn condition(&mut self, register: Register) -> Value {
        if let Some(&truth) = self.conditions.get(&register) {
            return truth;
        }
        let (value, zero) = (self.value(register), self.number(0.0));
        self.cursor.ins().fcmp(FloatCC::NotEqual, value, zero)
    }

    fn call(&mut self, address: usize, types: &'static [Type], arguments: &[Value]) -> Value {
        let signature = *self.signatures.entry(types).or_insert_with(|| {
            let mut signature = Signature::new(self.convention);
            let parameter = |&argument: &Type| match argument {
                F64 => AbiParam::new(F64),
                // Some conventions want short numbers widened by the caller.
                _ => AbiParam::new(argument).uext(),
            };
            signature.params.extend(types.iter().map(parameter));
            signature.returns.push(AbiParam::new(F64));
            self.cursor.func.import_signature(signature)
        });
        let address = (address as u64).cast_signed();
        let function = self.cursor.ins().iconst(I64, address);
        let call = self
            .cursor
            .ins()
            .call_indirect(signature, function, arguments);
        self.cursor.func.dfg.first_result(call)
    }
}

/// Bytes from the first register.
fn offset(register: Register) -> i32 {
    i32::try_from(8 * register.index()).expect("registers are within reach")
}
