namespace Lateen.Engine.Tests.Support;

using Lateen.Engine.Loop;

/// <summary>A worker with a real loop; assertions wait for conditions checked on the loop's own thread.</summary>
internal sealed class LoopbackFixture : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public LoopbackFixture(LoopOptions? options = null)
        : this(LoopBackend.Auto, options)
    {
    }

    public LoopbackFixture(LoopBackend backend, LoopOptions? options = null)
    {
        Worker = NewWorker(backend, options);
        Worker.Start();
    }

    public Worker Worker { get; }

    /// <summary>A worker that has not started; skips the test where the kernel forbids its back end.</summary>
    public static Worker NewWorker(LoopBackend backend, LoopOptions? options = null)
    {
        using SocketLoop probe = SocketLoop.Create(0);
        Assert.SkipWhen(backend is LoopBackend.IoUring && probe.FallbackReason is not null, probe.FallbackReason ?? "");
        return new Worker(0, seed: 1, (options ?? LoopOptions.Default) with { Backend = backend });
    }

    /// <summary>Runs on the loop and waits for the result.</summary>
    public T OnLoop<T>(Func<SocketLoop, T> action)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Worker.Loop.Post(new DelegateTask(_ =>
        {
            try
            {
                result.SetResult(action(Worker.Loop));
            }
            catch (Exception fault)
            {
                result.SetException(fault);
            }
        }));
        Assert.Equal(0, Task.WaitAny([result.Task], Patience));
        return result.Task.GetAwaiter().GetResult();
    }

    public void OnLoop(Action<SocketLoop> action) => OnLoop(loop =>
    {
        action(loop);
        return true;
    });

    /// <summary>Waits until a condition holds on the loop's thread.</summary>
    public void Until(Func<bool> condition)
    {
        using var done = new ManualResetEventSlim();
        DelegateTimer? poll = null;
        poll = new DelegateTimer(() =>
        {
            if (condition())
            {
                done.Set();
            }
            else if (poll is not null)
            {
                Worker.Loop.Arm(poll, 1000);
            }
        });
        OnLoop(loop => loop.Arm(poll, 0));
        Assert.True(done.Wait(Patience), "The condition did not come true.");
    }

    public void Dispose() => Worker.Dispose();
}
