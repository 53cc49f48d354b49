namespace Lateen.Engine.Tests.Support;

using Lateen.Engine.Loop;

internal sealed class DelegateTask(Action<EventLoop> action) : LoopTask
{
    public override void Run(EventLoop loop) => action(loop);
}

internal sealed class DelegateTimer(Action fire) : LoopTimer
{
    public override void OnFire() => fire();
}
