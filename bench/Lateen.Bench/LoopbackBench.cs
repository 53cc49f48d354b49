namespace Lateen.Bench;

using System.Diagnostics;
using Lateen.Engine.Loop;
using Lateen.Engine.Transport;

/// <summary>Client and server on one epoll loop over real sockets: two receives and two sends per request.</summary>
internal static class LoopbackBench
{
    public static string Run(int connections, int requests)
    {
        using var worker = new Worker(0);
        using var done = new ManualResetEventSlim();
        worker.Loop.Post(new StartTask(connections, requests, done));
        TimeSpan cpuBefore = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        worker.Start();
        done.Wait();
        TimeSpan cpu = Environment.CpuUsage.TotalTime - cpuBefore;
        return $"loopback   {connections} connections: {requests / watch.Elapsed.TotalSeconds:F0} requests/s, "
            + $"{cpu.TotalMicroseconds / requests:F2} CPU µs/request (client and server)";
    }

    private sealed class StartTask(int connections, int requests, ManualResetEventSlim done) : LoopTask
    {
        public override void Run(EventLoop loop)
        {
            ListenSocket listener = loop.Listen(SocketAddress.V4(0x7F00_0001, 0), default, new HelloServer());
            new LoadClient(requests, done.Set).Start(loop, listener.LocalAddress, connections);
        }
    }
}
