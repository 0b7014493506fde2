//! The live rooms of this process: order and fan-out.
