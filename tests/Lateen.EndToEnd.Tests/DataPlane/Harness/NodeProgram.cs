namespace Lateen.EndToEnd.Tests.DataPlane.Harness;

using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Lateen.EndToEnd.Tests.Harness;

/// <summary>A server of the folder Backends, run by Node.js; its first line of output names its ports.</summary>
public sealed class NodeProgram : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Dictionary<string, int> _ports = [];

    private NodeProgram(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, e) => Append(e.Data);
        process.ErrorDataReceived += (_, e) => Append(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public static string Folder => Path.Combine(Place.Root, "tests", "Lateen.EndToEnd.Tests", "DataPlane", "Backends");

    /// <summary>Everything it printed so far, its first line included.</summary>
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

    public static async Task<NodeProgram> StartAsync(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("node", [Path.Combine(Folder, script), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        var program = new NodeProgram(Process.Start(start) ?? throw new InvalidOperationException("node did not start."));
        try
        {
            string line = await program._first.Task.WaitAsync(StartLimit);
            program._ports = JsonSerializer.Deserialize<Dictionary<string, int>>(line) ?? [];
            return program;
        }
        catch (Exception e) when (e is TimeoutException or JsonException)
        {
            await program.DisposeAsync();
            throw new InvalidOperationException($"{script} did not start:\n{program.Log}", e);
        }
    }

    /// <summary>Runs a client of the folder Backends to its end; what it printed.</summary>
    public static async Task<string> RunAsync(string script, params string[] arguments) =>
        (await Command.RunAsync("node", [Path.Combine(Folder, script), .. arguments], limit: TimeSpan.FromMinutes(2))).Text();

    public int Port(string name) => _ports[name];

    public async Task SignalAsync(string signal) =>
        await Command.RunAsync("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Append(string? line)
    {
        if (line is not null)
        {
            lock (_log)
            {
                _log.Append(line).Append('\n');
            }

            _first.TrySetResult(line);
        }
    }
}
