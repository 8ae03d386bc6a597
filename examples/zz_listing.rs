//! scratch
use rainier::prelude::*;
fn main() {
    let c = Column::placeholder("counts");
    let model = model! {
        zero_prob = Beta::new(1, 1).param();
        rate = Normal::new(5,5).param();
        () = Poisson::new(&rate).zero_inflated(&zero_prob).fit(&c);
        yield (zero_prob, rate)
    };
    let p = model.template().unwrap();
    println!("{}", p.program());
}
