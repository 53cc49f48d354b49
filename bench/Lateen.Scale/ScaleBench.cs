namespace Lateen.Scale;

using System.Diagnostics;
using global::Grpc.Net.Client;

/// <summary>Starts the control plane, connects the proxies, and has the changes made.</summary>
internal sealed class ScaleBench(MeshSize size)
{
    public async Task<int> RunAsync()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath ?? "Lateen.Scale", ["serve", .. size.ToArguments()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using Process server = Process.Start(start) ?? throw new InvalidOperationException("the control plane did not start");
        using var stop = new CancellationTokenSource();
        var traffic = new Traffic();
        string port = await server.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the control plane ended");
        List<GrpcChannel> channels = [.. Enumerable.Range(0, size.Proxies).Select(_ => Channel(port))];
        List<Task> proxies = [.. channels.Select((channel, i) => new SimulatedProxy(i, traffic).RunAsync(channel, stop.Token))];

        Console.WriteLine($"control plane: {size.Services} services x {size.EndpointsPerService} endpoints, {size.Proxies} proxies on delta ADS");
        Console.WriteLine($"  start:            {await OrderAsync(server, "settled")}");
        Console.WriteLine($"                    {traffic.Take(1, size.Proxies)}");
        await OrderAsync(server, "endpoints");
        traffic.Take(1, 1);
        foreach ((string order, string title) in new[] { ("routes", "virtual service: "), ("endpoints", "one endpoint:    ") })
        {
            Console.WriteLine($"  {title} {await OrderAsync(server, order)}");
            Console.WriteLine($"                    {traffic.Take(size.Rounds, size.Proxies)}");
        }

        server.StandardInput.Close();
        await stop.CancelAsync();
        await Task.WhenAll(proxies).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        channels.ForEach(channel => channel.Dispose());
        await server.WaitForExitAsync();
        return 0;
    }

    private static async Task<string> OrderAsync(Process server, string order)
    {
        await server.StandardInput.WriteLineAsync(order);
        return await server.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the control plane ended");
    }

    // One connection each, as real proxies have.
    private static GrpcChannel Channel(string port) => GrpcChannel.ForAddress(
        $"http://127.0.0.1:{port}",
        new GrpcChannelOptions { HttpHandler = new SocketsHttpHandler(), DisposeHttpClient = true, MaxReceiveMessageSize = null });
}
