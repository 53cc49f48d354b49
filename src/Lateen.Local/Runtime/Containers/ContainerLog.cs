namespace Lateen.Local.Runtime.Containers;

using System.Buffers;
using System.Globalization;
using System.Text;

/// <summary>
/// One container's output on disk: a line is a time, a space and the text. A file is renamed at its size limit and one old one kept;
/// the output of the run before the last restart stays readable for --previous.
/// </summary>
internal sealed class ContainerLog : IDisposable
{
    internal const long MaxFileBytes = 10 * 1024 * 1024;
    private const int MaxLineBytes = 16 * 1024;
    private readonly Lock _lock = new();
    private readonly string _path;
    private FileStream _file;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal ContainerLog(string path)
    {
        _path = path;
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? "/");
        _file = OpenEnd(path);
    }

    internal string File => _path;

    internal string OldFile => _path + ".1";

    internal bool Ended { get; private set; }

    /// <summary>Completes with the next write or the end.</summary>
    internal Task More
    {
        get
        {
            lock (_lock)
            {
                return Ended ? Task.CompletedTask : _more.Task;
            }
        }
    }

    internal async Task WhenEnded()
    {
        while (!Ended)
        {
            await More.ConfigureAwait(false);
        }
    }

    /// <summary>Copies a stream line by line until it ends; over-long lines are cut into several.</summary>
    internal async Task CopyAsync(Stream source, Action<ReadOnlyMemory<byte>>? also)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxLineBytes);
        int held = 0;
        try
        {
            int read;
            while ((read = await source.ReadAsync(buffer.AsMemory(held, MaxLineBytes - held)).ConfigureAwait(false)) > 0)
            {
                also?.Invoke(buffer.AsMemory(held, read));
                held += read;
                int end = buffer.AsSpan(0, held).LastIndexOf((byte)'\n') + 1;
                end = end == 0 && held == MaxLineBytes ? held : end;
                Append(buffer.AsSpan(0, end));
                buffer.AsSpan(end, held - end).CopyTo(buffer);
                held -= end;
            }

            Append(buffer.AsSpan(0, held));
        }
        catch (IOException failure)
        {
            Append(Encoding.UTF8.GetBytes($"lateen: the output cannot be read on: {failure.Message}\n"));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    internal void Append(ReadOnlySpan<byte> lines)
    {
        if (lines.IsEmpty)
        {
            return;
        }

        TaskCompletionSource more;
        lock (_lock)
        {
            if (Ended)
            {
                return;
            }

            byte[] time = Encoding.ASCII.GetBytes(
                DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z' ", CultureInfo.InvariantCulture));
            while (!lines.IsEmpty)
            {
                int end = lines.IndexOf((byte)'\n');
                _file.Write(time);
                _file.Write(end < 0 ? lines : lines[..end]);
                _file.WriteByte((byte)'\n');
                lines = end < 0 ? [] : lines[(end + 1)..];
            }

            _file.Flush();
            Rotate();
            more = _more;
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        more.TrySetResult();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            Ended = true;
            _file.Dispose();
        }

        _more.TrySetResult();
    }

    private void Rotate()
    {
        if (_file.Length < MaxFileBytes)
        {
            return;
        }

        _file.Dispose();
        System.IO.File.Move(_path, OldFile, overwrite: true);
        _file = OpenEnd(_path);
    }

    private static FileStream OpenEnd(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.Append,
        Access = FileAccess.Write,
        Share = FileShare.ReadWrite | FileShare.Delete,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });
}
