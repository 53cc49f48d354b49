namespace Lateen.Samples.Fortio;

/// <summary>What the calls of one connection, or of all, came to.</summary>
internal sealed class FortioResults(double resolution)
{
    public Histogram Seconds { get; } = new(resolution);

    public Histogram HeaderBytes { get; } = new(100);

    public Histogram TotalBytes { get; } = new(100);

    public Dictionary<int, long> Codes { get; } = [];

    public int SocketsUsed { get; set; }

    public void Record(HttpAnswer answer, double seconds)
    {
        Seconds.Record(seconds);
        HeaderBytes.Record(answer.HeaderBytes);
        TotalBytes.Record(answer.TotalBytes);
        Codes[answer.Code] = Codes.GetValueOrDefault(answer.Code) + 1;
    }

    public void Add(FortioResults other)
    {
        Seconds.Add(other.Seconds);
        HeaderBytes.Add(other.HeaderBytes);
        TotalBytes.Add(other.TotalBytes);
        SocketsUsed += other.SocketsUsed;
        foreach ((int code, long count) in other.Codes)
        {
            Codes[code] = Codes.GetValueOrDefault(code) + count;
        }
    }
}
