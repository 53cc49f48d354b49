namespace Lateen.Proxy.Xds;

using System.Security.Cryptography;

/// <summary>
/// A file that is read again and again, with the files that it names. What it holds is compared and not its times: a mounted Secret changes
/// by the swap of a directory link that the file's own times do not show.
/// </summary>
internal sealed class WatchedFile(string path)
{
    private const long MaxBytes = 16 * 1024 * 1024;

    private byte[] _seen = [];
    private string _lastProblem = "";

    public string Path => path;

    /// <summary>The files that the last good content named.</summary>
    public IReadOnlyList<string> Companions { get; set; } = [];

    /// <summary>Names of the resources that it gave.</summary>
    public HashSet<string> Known { get; set; } = new(StringComparer.Ordinal);

    /// <summary>The content when it or a companion has changed since the last call; null when nothing has, or it cannot be read.</summary>
    public byte[]? ReadIfChanged(out string problem)
    {
        problem = "";
        try
        {
            byte[] content = Read(path);
            byte[] state = Fingerprint(content);
            if (state.AsSpan().SequenceEqual(_seen))
            {
                return null;
            }

            _seen = state;
            return content;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problem = e.Message;
            _seen = [];
            return null;
        }
    }

    /// <summary>What was found now counts as seen, with the companions it has now.</summary>
    public void Accept(byte[] content)
    {
        try
        {
            _seen = Fingerprint(content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // A companion went away meanwhile: the next round reads everything again.
            _seen = [];
        }
    }

    /// <summary>True for a problem that was not told yet.</summary>
    public bool IsNews(string problem)
    {
        bool news = problem != _lastProblem;
        _lastProblem = problem;
        return news && problem.Length > 0;
    }

    private static byte[] Read(string file) => new FileInfo(file).Length <= MaxBytes
        ? File.ReadAllBytes(file)
        : throw new IOException($"'{file}' is larger than {MaxBytes} bytes");

    private byte[] Fingerprint(byte[] content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(content);
        foreach (string companion in Companions)
        {
            hash.AppendData(File.Exists(companion) ? SHA256.HashData(Read(companion)) : []);
        }

        return hash.GetHashAndReset();
    }
}
