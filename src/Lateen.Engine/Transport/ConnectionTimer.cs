namespace Lateen.Engine.Transport;

using Lateen.Engine.Loop;

/// <summary>Limits a connect, later the lingering close.</summary>
internal sealed class ConnectionTimer(BufferedConnection owner, LoopCore loop) : LoopTimer
{
    public override void OnFire() => owner.OnTimeout();

    public void Stop() => loop.Disarm(this);
}
