namespace Lateen.Proxy.Listeners;

using Lateen.Engine.Loop;

/// <summary>A configuration change on its way to a worker.</summary>
internal sealed class WorkerTask(ProxyWorker worker, Action<ProxyWorker> action) : LoopTask
{
    public override void Run(EventLoop loop) => action(worker);
}
