namespace Lateen.Engine.Transport;

/// <summary>Stands in until a listener has chosen a handler, and after a connection was closed; it swallows everything.</summary>
internal sealed class UnassignedHandler : ConnectionHandler
{
    public static readonly UnassignedHandler Instance = new();

    public override int OnData(Connection connection, ReadOnlySpan<byte> data) => data.Length;

    public override void OnEndOfStream(Connection connection)
    {
    }

    public override void OnClosed(Connection connection, CloseReason reason)
    {
    }
}
