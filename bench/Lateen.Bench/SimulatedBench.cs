namespace Lateen.Bench;

using System.Diagnostics;
using Lateen.Engine.Simulation;
using Lateen.Engine.Transport;

/// <summary>The same without a kernel: what the codecs and the loop cost by themselves, the simulated network included.</summary>
internal static class SimulatedBench
{
    public static string Run(int connections, int requests)
    {
        var network = new SimulatedNetwork();
        SimulatedLoop loop = network.CreateLoop();
        SocketAddress address = SocketAddress.V4(0x0A00_0001, 80);
        loop.Listen(address, default, new HelloServer());
        bool done = false;
        new LoadClient(requests, () => done = true).Start(loop, address, connections);
        var watch = Stopwatch.StartNew();
        network.RunUntilIdle();
        string state = done ? "" : " (did not finish)";
        return $"simulated  {connections} connections: {watch.Elapsed.TotalMicroseconds / requests:F2} µs/request{state}";
    }
}
