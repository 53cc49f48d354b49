namespace Lateen.Fuzz.Targets;

using Lateen.Engine.Http1;
using Lateen.Engine.Transport;

/// <summary>Takes no notice of its connection.</summary>
internal sealed class SilentClient : Http1ClientCallbacks
{
    public static SilentClient Instance { get; } = new();

    public override void OnConnected(Http1ClientCodec codec)
    {
    }

    public override void OnConnectFailed(Http1ClientCodec codec, ConnectFailure failure)
    {
    }

    public override void OnIdle(Http1ClientCodec codec)
    {
    }

    public override void OnClosed(Http1ClientCodec codec, CloseReason reason)
    {
    }
}
