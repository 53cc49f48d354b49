namespace Lateen.Proxy.Overload;

using System.Buffers.Text;
using Microsoft.Win32.SafeHandles;

/// <summary>Reads this process' use of resources from /proc; its files stay open, because none may be left to open them when it matters.</summary>
public sealed class SystemReadings : IDisposable
{
    private const string CgroupLimit = "/sys/fs/cgroup/memory.max";

    private readonly SafeFileHandle _memory = File.OpenHandle("/proc/self/statm");
    private readonly SafeFileHandle _limits = File.OpenHandle("/proc/self/limits");
    private readonly Func<long> _openSockets;
    private readonly long _others;
    private readonly long _cgroupLimit;

    /// <param name="openSockets">Sockets of all event loops; what else is open is counted once, now.</param>
    public SystemReadings(Func<long> openSockets)
    {
        _openSockets = openSockets;
        _others = Math.Max(0, Directory.EnumerateFileSystemEntries("/proc/self/fd").Count() - openSockets());
        _cgroupLimit = File.Exists(CgroupLimit) && long.TryParse(File.ReadAllText(CgroupLimit).Trim(), out long limit) ? limit : 0;
        Readings = new ResourceReadings
        {
            ResidentBytes = ResidentBytes,
            CgroupLimitBytes = () => _cgroupLimit,
            OpenDescriptors = () => _others + _openSockets(),
            DescriptorLimit = DescriptorLimit,
        };
    }

    public ResourceReadings Readings { get; }

    public void Dispose()
    {
        _memory.Dispose();
        _limits.Dispose();
    }

    // The second number of statm is the resident pages (man 5 proc).
    private long ResidentBytes()
    {
        Span<byte> text = stackalloc byte[256];
        int length = RandomAccess.Read(_memory, text, 0);
        int space = text[..length].IndexOf((byte)' ');
        return Utf8Parser.TryParse(text[(space + 1)..length], out long pages, out _) ? pages * Environment.SystemPageSize : 0;
    }

    private long DescriptorLimit()
    {
        Span<byte> text = stackalloc byte[2048];
        int length = RandomAccess.Read(_limits, text, 0);
        ReadOnlySpan<byte> label = "Max open files"u8;
        int start = text[..length].IndexOf(label);
        if (start < 0)
        {
            return 0;
        }

        ReadOnlySpan<byte> rest = text[(start + label.Length)..length].TrimStart((byte)' ');
        return Utf8Parser.TryParse(rest, out long limit, out _) ? limit : 0;
    }
}
