namespace Lateen.Engine.Tests.Tls;

using Lateen.Engine.Tests.Support;
using Lateen.Engine.Tls;
using Lateen.Engine.Transport;

/// <summary>Stands between a client and the fixture's server and changes one byte on the way, in either direction.</summary>
internal sealed class SpoilingRelay
{
    private static readonly SocketAddress Here = SocketAddress.V4(0x0A00_0002, 443);

    private readonly TlsFixture _pair;
    private readonly Random _random;
    private int _untilSpoiled;

    public SpoilingRelay(TlsFixture pair, Random random)
    {
        _pair = pair;
        _random = random;
        _untilSpoiled = random.Next(2500);
        pair.Loop.Listen(Here, default, new DelegateAcceptHandler(Accept));
    }

    public void Connect(TlsClientContext context)
    {
        var options = new TlsClientOptions { Context = context, ServerName = "server.test" };
        _pair.Dial(Here, options);
    }

    private void Accept(Connection client)
    {
        var inward = new Leg();
        var outward = new Leg();
        inward.To = _pair.Loop.Connect(TlsFixture.Address, default, outward);
        inward.Relay = outward.Relay = this;
        outward.To = client;
        client.Handler = inward;
    }

    private byte[] Spoil(ReadOnlySpan<byte> data)
    {
        byte[] copy = data.ToArray();
        if (_untilSpoiled >= 0 && _untilSpoiled < copy.Length)
        {
            copy[_untilSpoiled] ^= (byte)(1 << _random.Next(8));
        }

        _untilSpoiled -= copy.Length;
        return copy;
    }

    private sealed class Leg : ConnectionHandler
    {
        public Connection? To { get; set; }

        public SpoilingRelay? Relay { get; set; }

        public override int OnData(Connection connection, ReadOnlySpan<byte> data)
        {
            To?.Write(Relay?.Spoil(data) ?? []);
            return data.Length;
        }

        public override void OnEndOfStream(Connection connection) => To?.ShutdownWrite();

        public override void OnClosed(Connection connection, CloseReason reason) => To?.Close(CloseMode.Flush);
    }
}
