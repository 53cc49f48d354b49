namespace Lateen.Fuzz.Targets;

using Lateen.Proxy.Listeners;

/// <summary>The PROXY protocol: a header's end does not depend on what follows it.</summary>
internal sealed class ProxyHeaderTarget : FuzzTarget
{
    private static readonly byte[] Signature = "\r\n\r\n\0\r\nQUIT\n"u8.ToArray();

    public override string Name => "proxy-protocol";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        Bytes("PROXY TCP4 10.0.0.1 10.0.0.2 1234 80\r\nGET /"), Bytes("PROXY TCP6 ::1 fe80::2 1 65535\r\n"), Bytes("PROXY UNKNOWN\r\n"),
        [.. Signature, 0x21, 0x11, 0, 12, 10, 0, 0, 1, 10, 0, 0, 2, 1, 2, 0, 80],
        [.. Signature, 0x20, 0, 0, 0], [.. Signature, 0x21, 0x21, 0, 36, .. new byte[36]],
        [.. Signature, 0x21, 0x11, 0, 17, 10, 0, 0, 1, 10, 0, 0, 2, 1, 2, 0, 80, 4, 0, 2, 0, 0],
    ];

    public override string Run(byte[] input, FuzzRandom random)
    {
        ProxyHeaderStatus whole = ProxyHeaderReader.Read(input, out ProxyHeader header);
        Require(whole is not ProxyHeaderStatus.Found || (header.Length > 0 && header.Length <= input.Length), "the header is longer than the input");
        int length = random.Next(input.Length + 1);
        ProxyHeaderStatus part = ProxyHeaderReader.Read(input.AsSpan(0, length), out ProxyHeader early);
        Require(part is ProxyHeaderStatus.NeedMore || part == whole, $"after {length} bytes {part}, after all {whole}");
        Require(part is not ProxyHeaderStatus.Found || early == header, "found early, it is another header");
        return $"{whole} {header.Version} {header.Source.IsV4}";
    }
}
