namespace Lateen.EndToEnd.Tests.DataPlane.Harness;

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Lateen.EndToEnd.Tests.Harness;

/// <summary>The shipped lateen-proxy with a static Envoy bootstrap, on free ports of the loopback interface; no cluster.</summary>
public sealed class ProxyUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly Dictionary<string, int> _ports;
    private readonly HttpClient _admin;
    private readonly string _folder;
    private readonly bool _hasListeners;

    private ProxyUnderTest(Process process, string folder, Dictionary<string, int> ports, bool hasListeners)
    {
        _hasListeners = hasListeners;
        _process = process;
        _folder = folder;
        _ports = ports;
        _admin = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports["admin"]}") };
        process.OutputDataReceived += (_, e) => Append(e.Data);
        process.ErrorDataReceived += (_, e) => Append(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public static string Program => Path.Combine(Place.Root, "artifacts", "bin", "lateen-proxy");

    public int ProcessId => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Everything it printed so far: its own log and the access log to /dev/stdout.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Resident memory, from /proc.</summary>
    public long ResidentBytes
    {
        get
        {
            string line = File.ReadLines($"/proc/{ProcessId}/status").First(static l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        }
    }

    /// <summary>Processor time of all threads so far, user and system.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Open file descriptors, from /proc.</summary>
    public int OpenFiles => Directory.GetFileSystemEntries($"/proc/{ProcessId}/fd").Length;

    /// <summary>
    /// Starts it and waits until it is ready. <paramref name="resources"/> is what stands below static_resources; each <c>${port.NAME}</c>
    /// becomes a free port, the same for the same name, and <c>${dir}</c> a folder of the test's own.
    /// </summary>
    public static async Task<ProxyUnderTest> StartAsync(
        string resources, int concurrency = 1, string more = "", IReadOnlyDictionary<string, string>? environment = null)
    {
        ProxyUnderTest proxy = Launch(resources, concurrency, more, environment);
        try
        {
            await Until.TrueAsync(proxy.IsReadyAsync, StartLimit, () => proxy.Log);
        }
        catch (Exception)
        {
            await proxy.DisposeAsync();
            throw;
        }

        return proxy;
    }

    /// <summary>Runs it on a bootstrap that it must refuse; what it printed.</summary>
    public static async Task<string> RefusedAsync(string resources, string more = "")
    {
        await using ProxyUnderTest proxy = Launch(resources, 1, more, null);
        await proxy.EndAsync();
        Assert.NotEqual(0, proxy.ExitCode);
        return proxy.Log;
    }

    /// <summary>The port that a <c>${port.NAME}</c> became.</summary>
    public int Port(string name = "http") => _ports[name];

    public string Url(string path = "/", string name = "http") => $"http://127.0.0.1:{Port(name)}{path}";

    /// <summary>The text of an admin path.</summary>
    public Task<string> AdminAsync(string path) => _admin.GetStringAsync(path);

    public async Task<HttpStatusCode> AdminPostAsync(string path)
    {
        using HttpResponseMessage response = await _admin.PostAsync(path, null);
        return response.StatusCode;
    }

    /// <summary>The value of a counter or gauge; 0 when there is no such stat yet.</summary>
    public async Task<long> StatAsync(string name)
    {
        foreach (string line in (await AdminAsync("/stats")).Split('\n'))
        {
            if (line.StartsWith(name + ": ", StringComparison.Ordinal)
                && long.TryParse(line.AsSpan(name.Length + 2), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value))
            {
                return value;
            }
        }

        return 0;
    }

    /// <summary>Waits until a stat has at least this value.</summary>
    public Task StatReachesAsync(string name, long value) => Until.TrueAsync(
        async () => await StatAsync(name) >= value, TimeSpan.FromSeconds(10), () => $"{name} did not reach {value}\n{Log}");

    /// <summary>Waits for a line of its log, or of the access log, that holds the text.</summary>
    public async Task<string> LineAsync(string text)
    {
        string? Find() => Log.Split('\n').FirstOrDefault(l => l.Contains(text, StringComparison.Ordinal));
        await Until.TrueAsync(() => Task.FromResult(Find() is not null), TimeSpan.FromSeconds(10), () => $"no line with '{text}' in\n{Log}");
        return Find() ?? "";
    }

    /// <summary>SIGTERM, or another signal by its name.</summary>
    public async Task SignalAsync(string signal = "TERM") =>
        await Command.RunAsync("kill", [$"-{signal}", ProcessId.ToString(CultureInfo.InvariantCulture)]);

    /// <summary>Waits for its end.</summary>
    public async Task EndAsync()
    {
        using var limit = new CancellationTokenSource(EndLimit);
        await _process.WaitForExitAsync(limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await EndAsync();
        }

        _process.Dispose();
        _admin.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static ProxyUnderTest Launch(
        string resources, int concurrency, string more, IReadOnlyDictionary<string, string>? environment)
    {
        Assert.True(File.Exists(Program), $"{Program} is missing: run `make build`");
        string folder = Directory.CreateTempSubdirectory("lateen-proxy-").FullName;
        var ports = new Dictionary<string, int>(StringComparer.Ordinal) { ["admin"] = FreePort.Next() };
        string file = Path.Combine(folder, "bootstrap.yaml");
        File.WriteAllText(file, Bootstrap.Whole(resources, more).Replace("${dir}", folder, StringComparison.Ordinal).FillPorts(ports));
        var start = new ProcessStartInfo(Program, ["-c", file, "--concurrency", concurrency.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{Program} did not start.");
        return new ProxyUnderTest(process, folder, ports, resources.Contains("listeners:", StringComparison.Ordinal));
    }

    private async Task<bool> IsReadyAsync()
    {
        Assert.False(_process.HasExited, $"lateen-proxy ended\n{Log}");
        try
        {
            using HttpResponseMessage response = await _admin.GetAsync("/ready");
            if (!response.IsSuccessStatusCode)
            {
                return false;
            }

            // It says ready before each worker has opened its sockets.
            string[] listeners = (await AdminAsync("/listeners")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return (listeners.Length > 0 || !_hasListeners)
                && listeners.All(static l => FreePort.IsListening(int.Parse(l[(l.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture)));
        }
        catch (HttpRequestException)
        {
            // Its admin port is not open yet.
            return false;
        }
    }

    private void Append(string? line)
    {
        if (line is not null)
        {
            lock (_log)
            {
                _log.Append(line).Append('\n');
            }
        }
    }
}
