namespace Lateen.Scale;

using System.Diagnostics;
using System.Globalization;
using Lateen.Control;
using Lateen.Control.Ads;
using Lateen.Lateend.Grpc;

/// <summary>The control plane's own parts (store, snapshot, translation, sessions, gRPC) on a port of the loopback.</summary>
internal sealed class MeasuredControlPlane(MeshSize size)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ControlPlane _plane = new(TimeProvider.System);
    private readonly Process _self = Process.GetCurrentProcess();
    private TaskCompletionSource<long> _finished = new();
    private long _wanted = long.MaxValue;

    public async Task RunAsync()
    {
        var mesh = new SyntheticMesh(size, _plane.Config);
        mesh.Fill();
        _plane.Published += change => Interlocked.Exchange(ref _wanted, change.Snapshot.Version);
        _plane.Discovery.StatusChanged += _ => Look();
        Task serving = _plane.RunAsync(CancellationToken.None);
        await using WebApplication app = await GrpcServer.StartAsync(0, _plane.Discovery, static a => a.MapGrpcService<AdsService>());
        _plane.Config.MarkSynced();
        Console.WriteLine(new Uri(app.Urls.First()).Port);

        while (await Console.In.ReadLineAsync() is { } order)
        {
            switch (order)
            {
                case "settled":
                    Console.WriteLine(await SettledAsync());
                    break;
                case "routes":
                    Console.WriteLine(await MeasureAsync(mesh.ChangeRoute));
                    break;
                case "endpoints":
                    Console.WriteLine(await MeasureAsync(mesh.ChangeEndpoint));
                    break;
                default:
                    return;
            }
        }

        await serving;
    }

    // All proxies are connected and follow the newest snapshot.
    private async Task<string> SettledAsync()
    {
        long started = Stopwatch.GetTimestamp();
        while (_plane.Discovery.Proxies.Count < size.Proxies || !AllFollow(_plane.Snapshot.Version))
        {
            await Task.Delay(50);
        }

        return string.Create(CultureInfo.InvariantCulture,
            $"{Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s to the last ACK of the first configuration, {Memory()}");
    }

    private async Task<string> MeasureAsync(Action<int> change)
    {
        var latencies = new List<double>();
        _self.Refresh();
        TimeSpan before = _self.TotalProcessorTime;
        for (int round = 0; round < size.Rounds; round++)
        {
            _finished = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            Interlocked.Exchange(ref _wanted, long.MaxValue);
            long started = Stopwatch.GetTimestamp();
            change(round);
            latencies.Add(Stopwatch.GetElapsedTime(started, await FinishedAsync(round)).TotalMilliseconds);
        }

        _self.Refresh();
        latencies.Sort();
        double cpu = (_self.TotalProcessorTime - before).TotalMilliseconds / size.Rounds;
        return string.Create(CultureInfo.InvariantCulture,
            $"apply to last ACK p50 {At(latencies, 0.5):F0} ms, p99 {At(latencies, 0.99):F0} ms; {cpu:F0} ms CPU per change, {Memory()}");
    }

    // The last answer may arrive before the version that it answers is known here; then nothing calls Look again.
    private async Task<long> FinishedAsync(int round)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!_finished.Task.IsCompleted)
        {
            Look();
            if (limit.IsCancellationRequested)
            {
                string behind = string.Join(", ", _plane.Discovery.Proxies.Where(p => p.AppliedVersion < _wanted).Take(3).Select(p => p.Node.Id));
                throw new TimeoutException($"round {round}: version {_wanted} is not in effect after {Patience}; behind are {behind}");
            }

            await timer.WaitForNextTickAsync();
        }

        return await _finished.Task;
    }

    private void Look()
    {
        if (AllFollow(Interlocked.Read(ref _wanted)))
        {
            _finished.TrySetResult(Stopwatch.GetTimestamp());
        }
    }

    private bool AllFollow(long version) => _plane.Discovery.Proxies.All(proxy => proxy.AppliedVersion >= version);

    private string Memory()
    {
        _self.Refresh();
        return $"RSS {_self.WorkingSet64 / (1024 * 1024)} MB";
    }

    private static double At(List<double> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
}
