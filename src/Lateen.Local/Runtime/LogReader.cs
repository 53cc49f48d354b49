namespace Lateen.Local.Runtime;

using System.Globalization;
using Lateen.Local.Cluster;
using Lateen.Local.Runtime.Containers;

/// <summary>Reads a container's log files as `kubectl logs` asks for them.</summary>
internal sealed class LogReader(ContainerWorker container, PodLogRequest request)
{
    // Length of the time and the space in front of every line.
    private const int TimeLength = 31;
    private long _left = request.LimitBytes ?? long.MaxValue;

    internal async Task CopyAsync(Stream output, CancellationToken cancel)
    {
        int restart = container.RestartCount - (request.Previous ? 1 : 0);
        string file = container.LogFile(restart);
        ContainerLog? live = request.Previous ? null : container.Log;
        if (!File.Exists(file) && live is null)
        {
            string what = request.Previous ? "previous terminated container" : "container";
            throw new ApiException(400, "BadRequest", request.Previous
                ? $"{what} \"{container.Name}\" in pod \"{request.Pod}\" not found"
                : $"{what} \"{container.Name}\" in pod \"{request.Pod}\" is waiting to start: {container.State.Reason}");
        }

        file = live?.File ?? file;
        List<string> lines = [.. Lines(file + ".1"), .. Lines(file)];
        IEnumerable<string> wanted = request.TailLines is { } tail ? lines.TakeLast(tail) : lines;
        foreach (string line in wanted)
        {
            await WriteAsync(output, line, cancel).ConfigureAwait(false);
        }

        await output.FlushAsync(cancel).ConfigureAwait(false);
        if (request.Follow && live is not null)
        {
            await FollowAsync(live, lines.Count, output, cancel).ConfigureAwait(false);
        }
    }

    private async Task FollowAsync(ContainerLog log, int seen, Stream output, CancellationToken cancel)
    {
        using StreamReader reader = Open(log.File);
        int skip = seen - Lines(log.OldFile).Count;
        for (int i = 0; i < skip; i++)
        {
            await reader.ReadLineAsync(cancel).ConfigureAwait(false);
        }

        while (true)
        {
            Task more = log.More;
            bool ended = log.Ended;
            while (await reader.ReadLineAsync(cancel).ConfigureAwait(false) is { } line)
            {
                await WriteAsync(output, line, cancel).ConfigureAwait(false);
            }

            await output.FlushAsync(cancel).ConfigureAwait(false);
            if (ended || _left <= 0)
            {
                return;
            }

            await more.WaitAsync(cancel).ConfigureAwait(false);
        }
    }

    private async Task WriteAsync(Stream output, string line, CancellationToken cancel)
    {
        if (_left <= 0 || line.Length < TimeLength || (request.Since is { } since && DateTimeOffset.TryParse(line.AsSpan(0, TimeLength - 1),
            CultureInfo.InvariantCulture, out DateTimeOffset time) && time < since))
        {
            return;
        }

        byte[] bytes = System.Text.Encoding.UTF8.GetBytes((request.Timestamps ? line : line[TimeLength..]) + "\n");
        int length = (int)Math.Min(bytes.Length, _left);
        _left -= length;
        await output.WriteAsync(bytes.AsMemory(0, length), cancel).ConfigureAwait(false);
    }

    private static List<string> Lines(string file)
    {
        if (!File.Exists(file))
        {
            return [];
        }

        using StreamReader reader = Open(file);
        List<string> lines = [];
        while (reader.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        return lines;
    }

    private static StreamReader Open(string file) =>
        new(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
}
