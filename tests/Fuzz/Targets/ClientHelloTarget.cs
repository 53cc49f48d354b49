namespace Lateen.Fuzz.Targets;

using Lateen.Proxy.Listeners;

/// <summary>First bytes of a connection: what is decided early stays decided when more bytes come.</summary>
internal sealed class ClientHelloTarget : FuzzTarget
{
    public override string Name => "client-hello";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        Hello("example.com", "h2", "http/1.1"), Hello("a", "istio-peer-exchange"), Hello("", "x"),
        Bytes("GET / HTTP/1.1\r\n"), Bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), Bytes("POST /x HTTP/1.0\r\n"), Bytes("\x16\x03\x01\0\0"),
    ];

    public override string Run(byte[] input, FuzzRandom random)
    {
        const DetectionNeed need = DetectionNeed.Tls | DetectionNeed.Http;
        var whole = new ConnectionTraits { TransportProtocol = "raw_buffer", ServerName = "" };
        bool decided = ProtocolInspector.TryInspect(input, need, ref whole);
        var part = new ConnectionTraits { TransportProtocol = "raw_buffer", ServerName = "" };
        int length = random.Next(input.Length + 1);
        if (ProtocolInspector.TryInspect(input.AsSpan(0, length), need, ref part))
        {
            Require(decided, $"decided after {length} bytes, not after all");
            Require(Text(part) == Text(whole), $"after {length} bytes {Text(part)}, after all {Text(whole)}");
        }

        return decided ? Text(whole)[..Math.Min(40, Text(whole).Length)] : "more";
    }

    private static string Text(in ConnectionTraits traits) =>
        $"{traits.TransportProtocol} {string.Join(',', traits.ApplicationProtocols ?? ["none"])} {traits.ServerName}";

    // A TLS 1.2 ClientHello in one record (RFC 5246 section 7.4.1.2) with SNI and ALPN.
    private static byte[] Hello(string name, params string[] protocols)
    {
        byte[] host = Bytes(name);
        byte[] list = [.. protocols.SelectMany(static p => new[] { (byte)p.Length }.Concat(Bytes(p)))];
        byte[] sni = [0, 0, .. Length(host.Length + 5), .. Length(host.Length + 3), 0, .. Length(host.Length), .. host];
        byte[] alpn = [0, 16, .. Length(list.Length + 2), .. Length(list.Length), .. list];
        byte[] extensions = [.. sni, .. alpn, 0x0A, 0x0A, 0, 0];
        byte[] body = [3, 3, .. new byte[32], 0, .. Length(2), 0x13, 0x01, 1, 0, .. Length(extensions.Length), .. extensions];
        byte[] message = [1, 0, .. Length(body.Length), .. body];
        return [0x16, 3, 1, .. Length(message.Length), .. message];
    }

    private static byte[] Length(int value) => [(byte)(value >> 8), (byte)value];
}
