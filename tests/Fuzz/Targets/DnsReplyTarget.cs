namespace Lateen.Fuzz.Targets;

using System.Net;
using Lateen.Proxy.Clusters;

/// <summary>Answers of a name server.</summary>
internal sealed class DnsReplyTarget : FuzzTarget
{
    public override string Name => "dns-reply";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. new[]
        {
            "000081800001000100000000" + "0161076578616d706c6503636f6d00" + "00010001" + "c00c00010001000000ff00040a000001",
            "000081800001000200000000" + "016100" + "00010001" + "c00c00050001000000ff0002c00c" + "c00c00010001000000ff00040a000001",
            "000081800001000100000000" + "016100" + "001c0001" + "c00c001c0001000000ff0010" + "fe800000000000000000000000000001",
            "000081830001000000000000" + "016100" + "00010001",
        }.Select(Convert.FromHexString),
    ];

    public override string Run(byte[] input, FuzzRandom random)
    {
        var addresses = new List<IPAddress>();
        TimeSpan? life = null;
        bool read = DnsRecords.TryRead(input, addresses, ref life);
        _ = DnsRecords.IsTruncated(input);
        Require(addresses.Count <= input.Length, "more addresses than bytes");
        return $"{read} {Math.Min(addresses.Count, 4)} {life is null}";
    }
}
