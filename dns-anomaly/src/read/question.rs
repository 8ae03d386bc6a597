//! Reads the question of a DNS message in wire format.
//!
//! In: the bytes of a message. Out: name, type and identifier of a query; nothing for a response.

use simple_dns::{OPCODE, Packet, PacketFlag, QTYPE, TYPE};

use super::problem::LineProblem;

/// What a query asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) name: String,
    pub(super) query_type: String,
    pub(super) id: String,
}

/// The question of `message`; `None` when it is an answer, an update or the like.
pub(super) fn read(message: &[u8]) -> Result<Option<Question>, LineProblem> {
    let malformed = LineProblem::Message {
        expected: "a DNS message in wire format",
    };
    let Ok(packet) = Packet::parse(message) else {
        return Err(malformed);
    };
    if packet.has_flags(PacketFlag::RESPONSE) || packet.opcode() != OPCODE::StandardQuery {
        return Ok(None);
    }
    let question = packet.questions.first().ok_or(malformed)?;
    Ok(Some(Question {
        name: question.qname.to_string(),
        query_type: match question.qtype {
            QTYPE::TYPE(TYPE::Unknown(number)) => format!("TYPE{number}"),
            QTYPE::TYPE(known) => format!("{known:?}"),
            other => format!("{other:?}"),
        },
        id: packet.id().to_string(),
    }))
}

#[cfg(test)]
pub(super) mod tests {
    use simple_dns::{CLASS, Name};

    use super::*;

    /// The wire form of a question for the addresses of `name`, or of an answer without any.
    pub(in super::super) fn message(name: &str, id: u16, is_response: bool) -> Vec<u8> {
        let mut packet = if is_response {
            Packet::new_reply(id)
        } else {
            Packet::new_query(id)
        };
        packet.questions.push(simple_dns::Question::new(
            Name::new(name).unwrap(),
            TYPE::A.into(),
            CLASS::IN.into(),
            false,
        ));
        packet.build_bytes_vec().unwrap()
    }

    #[test]
    fn a_query_is_told_from_a_response_and_from_what_is_no_message() {
        // RFC 1035, section 4.1: identifier 7, recursion desired, one question `a.example` for A in IN.
        let bytes =
            b"\x00\x07\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01a\x07example\x00\x00\x01\x00\x01";
        let expected = Question {
            name: "a.example".to_owned(),
            query_type: "A".to_owned(),
            id: "7".to_owned(),
        };
        assert_eq!(read(bytes), Ok(Some(expected)));
        assert_eq!(read(&message("a.example", 7, true)), Ok(None));
        assert!(read(&bytes[..20]).is_err());
        assert!(read(b"").is_err());
    }
}
