namespace Lateen.Engine.Tests.Loop;

using Lateen.Engine.Loop;
using Lateen.Engine.Tests.Support;

/// <summary>Tasks and timers on a real loop, whatever the kernel interface.</summary>
public abstract class SocketLoopTests(LoopBackend backend)
{
    [Fact]
    public void Tasks_of_one_thread_run_in_their_order()
    {
        using var worker = LoopbackFixture.NewWorker(backend);
        var ran = new List<int>();
        using var done = new ManualResetEventSlim();
        for (int i = 0; i < 1000; i++)
        {
            int number = i;
            worker.Loop.Post(new DelegateTask(_ => ran.Add(number)));
        }

        worker.Loop.Post(new DelegateTask(_ => done.Set()));
        worker.Start();

        Assert.True(done.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Equal(Enumerable.Range(0, 1000), ran);
    }

    [Fact]
    public void Posts_from_many_threads_all_arrive_and_wake_a_sleeping_loop()
    {
        using var worker = LoopbackFixture.NewWorker(backend);
        worker.Start();
        const int Threads = 4;
        const int Each = 5000;
        using var done = new CountdownEvent(Threads * Each);
        int onLoop = 0;
        int loopThread = 0;

        Thread[] posters = [.. Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < Each; i++)
            {
                worker.Loop.Post(new DelegateTask(_ =>
                {
                    loopThread = loopThread == 0 ? Environment.CurrentManagedThreadId : loopThread;
                    onLoop += loopThread == Environment.CurrentManagedThreadId ? 1 : 0;
                    done.Signal();
                }));
            }
        }))];
        Array.ForEach(posters, poster => poster.Start());
        Array.ForEach(posters, poster => poster.Join());

        Assert.True(done.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Equal(Threads * Each, onLoop);
    }

    [Fact]
    public void A_task_may_post_itself_again()
    {
        using var worker = LoopbackFixture.NewWorker(backend);
        using var done = new ManualResetEventSlim();
        int runs = 0;
        DelegateTask? task = null;
        task = new DelegateTask(loop =>
        {
            if (++runs == 3)
            {
                done.Set();
            }
            else if (task is not null)
            {
                loop.Post(task);
            }
        });
        worker.Loop.Post(task);
        worker.Start();

        Assert.True(done.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Equal(3, runs);
    }

    [Fact]
    public void A_timer_fires_on_a_loop_that_has_nothing_else_to_do()
    {
        using var worker = LoopbackFixture.NewWorker(backend);
        using var done = new ManualResetEventSlim();
        long armed = 0;
        long fired = 0;
        var timer = new DelegateTimer(() =>
        {
            fired = worker.Loop.NowMicros;
            done.Set();
        });
        worker.Loop.Post(new DelegateTask(loop =>
        {
            armed = loop.NowMicros;
            loop.Arm(timer, 20_000);
        }));
        worker.Start();

        Assert.True(done.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.True(fired - armed >= 20_000);
    }

    [Fact]
    public void Deferred_tasks_run_in_the_turn_that_asked_for_them()
    {
        using var worker = LoopbackFixture.NewWorker(backend);
        using var done = new ManualResetEventSlim();
        var order = new List<string>();
        worker.Loop.Post(new DelegateTask(loop =>
        {
            long turn = worker.Loop.Stats.Turns;
            loop.Defer(new DelegateTask(_ => order.Add($"deferred {worker.Loop.Stats.Turns - turn}")));
            order.Add("posted");
        }));
        worker.Loop.Post(new DelegateTask(loop => loop.Post(new DelegateTask(_ => done.Set()))));
        worker.Start();

        Assert.True(done.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Equal(["posted", "deferred 1"], order);
    }
}
