//! Reads DNS queries from packet captures, pcap or pcapng.
//!
//! In: packets on Ethernet, Linux's cooked or loopback links, or bare IP. Out: a [`Record`] for each message sent to
//! port 53; all else is [`Entry::Other`]. Over TCP a query is read when one segment holds it; nothing is put together.
//! A sensor such as Zeek does more (retransmissions, fragments, other ports): this is for a capture at hand.

use std::net::IpAddr;

use etherparse::{EtherType, NetSlice, SlicedPacket, TransportSlice};
use pcap_parser::traits::PcapNGPacketBlock;
use pcap_parser::{
    Block as Section, Linktype, PcapBlockOwned, PcapError, PcapHeader, create_reader,
};

use super::block::Block;
use super::lines::report;
use super::problem::{LineError, LineProblem, ReadError};
use super::{Receiver, Stop, question};
use crate::record::{Entry, Record};
use crate::timestamp::{MICROSECONDS_PER_SECOND, Timestamp};

/// The port of DNS.
const DNS: u16 = 53;
/// The buffer must hold the largest packet; jumbo frames are far smaller.
const CAPACITY: usize = 1 << 20;

/// Reads `block` to its end.
pub(super) fn read(block: Block, file: &str, receiver: &mut Receiver<'_>) -> Result<(), ReadError> {
    let mut packet = 0;
    let fatal = |packet: u64, expected| {
        ReadError::from(LineError::new(
            file,
            packet.max(1),
            LineProblem::Capture { expected },
        ))
    };
    let mut reader =
        create_reader(CAPACITY, block).map_err(|_| fatal(0, "a header of pcap or pcapng"))?;
    let mut links = Links::default();
    loop {
        match reader.next() {
            Ok((length, section)) => {
                if let Some((time, link, data)) = links.packet(&section) {
                    packet += 1;
                    let result = parse(time, link, data, receiver);
                    report(result, file, packet, receiver)?;
                }
                drop(section);
                reader.consume(length);
            }
            Err(PcapError::Eof) => return Ok(()),
            Err(PcapError::Incomplete(_)) => {
                if reader.reader_exhausted() {
                    return Err(fatal(packet + 1, "whole to its last packet"));
                }
                reader
                    .refill()
                    .map_err(|_| fatal(packet + 1, "readable, with packets below 1 MiB"))?;
            }
            Err(_) => return Err(fatal(packet + 1, "made of whole, well-formed sections")),
        }
    }
}

/// What earlier sections said of the links packets were taken from.
#[derive(Debug, Clone, Default)]
struct Links {
    legacy: Option<PcapHeader>,
    interfaces: Vec<Interface>,
}

#[derive(Debug, Clone, Copy)]
struct Interface {
    link: Linktype,
    /// Units of time in a second.
    resolution: u64,
    offset_seconds: i64,
}

/// When, on what link, and the bytes.
type Packet<'a> = (Option<Timestamp>, Linktype, &'a [u8]);

impl Links {
    /// The packet of a section that has one.
    fn packet<'a>(&mut self, section: &'a PcapBlockOwned<'_>) -> Option<Packet<'a>> {
        match section {
            PcapBlockOwned::LegacyHeader(header) => {
                self.legacy = Some(header.clone());
                None
            }
            PcapBlockOwned::Legacy(packet) => {
                let header = self.legacy.as_ref()?;
                let per_microsecond = if header.is_nanosecond_precision() {
                    1_000
                } else {
                    1
                };
                let time = i64::from(packet.ts_sec) * MICROSECONDS_PER_SECOND
                    + i64::from(packet.ts_usec / per_microsecond);
                Some((
                    Some(Timestamp::from_microseconds(time)),
                    header.network,
                    packet.data,
                ))
            }
            PcapBlockOwned::NG(Section::SectionHeader(_)) => {
                self.interfaces.clear();
                None
            }
            PcapBlockOwned::NG(Section::InterfaceDescription(interface)) => {
                self.interfaces.push(Interface {
                    link: interface.linktype,
                    resolution: interface.ts_resolution().unwrap_or(0),
                    offset_seconds: interface.ts_offset(),
                });
                None
            }
            PcapBlockOwned::NG(Section::EnhancedPacket(packet)) => {
                let interface = self.interfaces.get(packet.if_id as usize)?;
                let units = u64::from(packet.ts_high) << 32 | u64::from(packet.ts_low);
                Some((interface.time(units), interface.link, packet.packet_data()))
            }
            PcapBlockOwned::NG(Section::SimplePacket(packet)) => {
                Some((None, self.interfaces.first()?.link, packet.packet_data()))
            }
            PcapBlockOwned::NG(_) => None,
        }
    }
}

impl Interface {
    fn time(self, units: u64) -> Option<Timestamp> {
        let microseconds = (u128::from(units) * u128::from(MICROSECONDS_PER_SECOND.unsigned_abs()))
            .checked_div(u128::from(self.resolution))?;
        let offset = self.offset_seconds.saturating_mul(MICROSECONDS_PER_SECOND);
        let microseconds = i64::try_from(microseconds).ok()?.checked_add(offset)?;
        Some(Timestamp::from_microseconds(microseconds))
    }
}

fn parse(
    time: Option<Timestamp>,
    link: Linktype,
    data: &[u8],
    receiver: &mut Receiver<'_>,
) -> Result<(), Stop> {
    let Some((client, port, message)) = slice(link, data).as_ref().and_then(sent_to_dns) else {
        return Ok(receiver(Ok(Entry::Other))?);
    };
    let Some(question) = question::read(message)? else {
        return Ok(receiver(Ok(Entry::Other))?);
    };
    let entry = Entry::Query(Record {
        client: Some(client.to_string().into()),
        query: Some(question.name.into()),
        query_type: Some(question.query_type.into()),
        uid: Some(port.to_string().into()),
        trans_id: Some(question.id.into()),
        ..Record::at(time.ok_or(LineProblem::NoTime)?)
    });
    Ok(receiver(Ok(entry))?)
}

/// The headers of a packet; nothing for links and protocols not known here, and for packets cut short in their headers.
fn slice(link: Linktype, data: &[u8]) -> Option<SlicedPacket<'_>> {
    /// Linux's second cooked header: the protocol comes first, twenty bytes in all.
    const COOKED_2: Linktype = Linktype(276);
    match link {
        Linktype::ETHERNET => SlicedPacket::from_ethernet(data).ok(),
        Linktype::LINUX_SLL => SlicedPacket::from_linux_sll(data).ok(),
        COOKED_2 => {
            let (header, packet) = data.split_at_checked(20)?;
            let protocol = EtherType(u16::from_be_bytes([header[0], header[1]]));
            SlicedPacket::from_ether_type(protocol, packet).ok()
        }
        // The protocol family in four bytes: the packet's own version says as much.
        Linktype::NULL | Linktype::LOOP => SlicedPacket::from_ip(data.get(4..)?).ok(),
        Linktype::RAW | Linktype::IPV4 | Linktype::IPV6 => SlicedPacket::from_ip(data).ok(),
        _ => None,
    }
}

/// Who sent a packet to port 53, from which port, and the message in it.
fn sent_to_dns<'a>(packet: &SlicedPacket<'a>) -> Option<(IpAddr, u16, &'a [u8])> {
    let client = match packet.net.as_ref()? {
        NetSlice::Ipv4(ip) => IpAddr::from(ip.header().source()),
        NetSlice::Ipv6(ip) => IpAddr::from(ip.header().source()),
        NetSlice::Arp(_) => return None,
    };
    match packet.transport.as_ref()? {
        TransportSlice::Udp(udp) if udp.destination_port() == DNS => {
            Some((client, udp.source_port(), udp.payload()))
        }
        TransportSlice::Tcp(tcp) if tcp.destination_port() == DNS => {
            // Over TCP the length of the message comes first (RFC 1035, section 4.2.2).
            let (length, rest) = tcp.payload().split_first_chunk::<2>()?;
            let message = rest.get(..usize::from(u16::from_be_bytes(*length)))?;
            Some((client, tcp.source_port(), message))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use etherparse::PacketBuilder;

    use super::super::question::tests::message;
    use super::super::tests::queries_of;

    const SECONDS: u32 = 1_700_000_000;

    fn to_port(port: u16, message: &[u8]) -> Vec<u8> {
        let builder = PacketBuilder::ethernet2([1; 6], [2; 6])
            .ipv4([192, 0, 2, 5], [192, 0, 2, 53], 64)
            .udp(5_353, port);
        let mut packet = Vec::new();
        builder.write(&mut packet, message).unwrap();
        packet
    }

    fn over_tcp(message: &[u8]) -> Vec<u8> {
        let length = u16::try_from(message.len()).unwrap().to_be_bytes();
        let builder = PacketBuilder::ethernet2([1; 6], [2; 6])
            .ipv6([1; 16], [2; 16], 64)
            .tcp(5_354, 53, 1, 1_024);
        let mut packet = Vec::new();
        builder
            .write(&mut packet, &[&length, message].concat())
            .unwrap();
        packet
    }

    fn packets() -> Vec<Vec<u8>> {
        vec![
            to_port(53, &message("a.example", 7, false)),
            to_port(5_353, &message("a.example", 8, false)),
            to_port(53, &message("a.example", 9, true)),
            over_tcp(&message("b.example", 10, false)),
            to_port(53, b"torn"),
            b"not even Ethernet".to_vec(),
        ]
    }

    /// The classic format: a header of 24 bytes, then 16 before each packet.
    fn pcap(packets: &[Vec<u8>]) -> Vec<u8> {
        let mut file = Vec::new();
        file.extend(0xa1b2_c3d4_u32.to_le_bytes());
        file.extend([2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        file.extend(65_535_u32.to_le_bytes());
        file.extend(1_u32.to_le_bytes());
        for packet in packets {
            let length = u32::try_from(packet.len()).unwrap();
            for word in [SECONDS, 250_000, length, length] {
                file.extend(word.to_le_bytes());
            }
            file.extend(packet);
        }
        file
    }

    fn section(kind: u32, body: &[u8]) -> Vec<u8> {
        let mut padded = body.to_vec();
        padded.resize(body.len().next_multiple_of(4), 0);
        let length = u32::try_from(padded.len() + 12).unwrap().to_le_bytes();
        [&kind.to_le_bytes(), &length[..], &padded, &length].concat()
    }

    /// The newer format, with one interface that counts microseconds.
    fn pcapng(packets: &[Vec<u8>]) -> Vec<u8> {
        let magic = 0x1a2b_3c4d_u32.to_le_bytes();
        let header = [&magic[..], &[1, 0, 0, 0], &[0xff; 8]].concat();
        let mut file = section(0x0a0d_0d0a, &header);
        file.extend(section(1, &[1, 0, 0, 0, 0, 0, 4, 0]));
        for packet in packets {
            let time = u64::from(SECONDS) * 1_000_000 + 250_000;
            let length = u32::try_from(packet.len()).unwrap();
            let high = u32::try_from(time >> 32).unwrap();
            let low = u32::try_from(time & 0xffff_ffff).unwrap();
            let words = [0, high, low, length, length].map(u32::to_le_bytes);
            file.extend(section(6, &[words.as_flattened(), packet].concat()));
        }
        file
    }

    #[test]
    fn both_formats_give_the_queries_sent_to_port_53() {
        for file in [pcap(&packets()), pcapng(&packets())] {
            let (rows, bad) = queries_of(file);
            let names: Vec<_> = rows.iter().map(|row| row.query.as_deref()).collect();
            assert_eq!(names, [Some("a.example"), Some("b.example")]);
            assert_eq!(rows[0].client.as_deref(), Some("192.0.2.5"));
            assert_eq!(
                rows[1].client.as_deref(),
                Some("101:101:101:101:101:101:101:101")
            );
            assert_eq!(rows[0].microseconds, 1_700_000_000_250_000);
            assert_eq!(bad, 1);
        }
    }
}
