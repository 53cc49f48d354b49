namespace Lateen.Proxy.Formatting;

using Lateen.Proxy.Http;

/// <summary>%COMMON_DURATION(START:END:PRECISION)%: the time between two points of a stream.</summary>
internal sealed class CommonDurationOperator : FormatOperator
{
    private static readonly Dictionary<string, Func<StreamInfo, long>> Points = new(StringComparer.Ordinal)
    {
        ["DS_RX_BEG"] = static info => info.StartMicros,
        ["DS_RX_END"] = static info => info.RequestEndMicros,
        ["US_TX_BEG"] = static info => info.FirstUpstreamByteSentMicros,
        ["US_RX_BEG"] = static info => info.FirstUpstreamByteReceivedMicros,
        ["DS_TX_BEG"] = static info => info.FirstDownstreamByteSentMicros,
        ["DS_TX_END"] = static info => info.EndMicros,
    };

    private readonly Func<StreamInfo, long> _start;
    private readonly Func<StreamInfo, long> _end;
    private readonly int _perUnit;
    private readonly int _unitsPerMicro;

    /// <exception cref="FormatException">A point or the precision is not known.</exception>
    public CommonDurationOperator(string argument)
    {
        string[] parts = argument.Split(':');
        if (parts.Length is not (2 or 3) || !Points.TryGetValue(parts[0], out Func<StreamInfo, long>? start)
            || !Points.TryGetValue(parts[1], out Func<StreamInfo, long>? end))
        {
            throw new FormatException(
                $"COMMON_DURATION({argument}) needs two of {string.Join(", ", Points.Keys)}, and ms, us or ns");
        }

        (_start, _end) = (start, end);
        (_perUnit, _unitsPerMicro) = parts.Length == 2 ? (1000, 1) : parts[2] switch
        {
            "ms" => (1000, 1),
            "us" => (1, 1),
            "ns" => (1, 1000),
            _ => throw new FormatException($"COMMON_DURATION({argument}): the precision is one of ms, us and ns"),
        };
    }

    public override bool IsNumber => true;

    public override bool TryWrite(FormatBuffer buffer, in FormatInput input)
    {
        long start = _start(input.Info);
        long end = _end(input.Info);
        if (start < 0 || end < 0)
        {
            return false;
        }

        buffer.Append((end - start) / _perUnit * _unitsPerMicro);
        return true;
    }
}
