namespace Lateen.Fuzz.Targets;

using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Lateen.Filters;
using Lateen.Proxy.Stats;
using Lateen.Proxy.Xds.Reading;

/// <summary>xDS resources: what is wrong is said by path, never by an exception, and the same each time.</summary>
internal abstract class ResourceTarget<T>(string name, string golden, MessageParser<T> parser) : FuzzTarget
    where T : IMessage<T>, new()
{
    private static readonly FilterEnvironment Environment = new(new StatsStore(), "fuzz", new Struct(), static _ => Stream.Null);

    private static readonly ExtensionCatalog Extensions = FilterCatalog.Create(Environment);

    public override string Name => name;

    public override IReadOnlyList<byte[]> Seeds { get; } = Repository.Golden<T>(golden);

    public override IReadOnlyList<byte[]> Tokens { get; } =
    [
        [0x08, 0x00], [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [0x12, 0x00], [0x0A, 0x02, 0x08, 0x00], [0x1A, 0x02, 0x08, 0x01], [0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
    ];

    public override string Run(byte[] input, FuzzRandom random)
    {
        T message;
        try
        {
            message = parser.ParseFrom(input);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidOperationException)
        {
            return "no message";
        }

        var first = new ReadContext(Extensions);
        var second = new ReadContext(Extensions);
        Read(message, first);
        Read(message, second);
        Require(first.Errors.SequenceEqual(second.Errors), "read twice, it is wrong in another way");
        Require(first.Errors.All(static e => e.Contains(": ", StringComparison.Ordinal)), "an error has no path");
        return first.Errors.Count == 0 ? "good" : first.Errors[0][..Math.Min(48, first.Errors[0].Length)];
    }

    protected abstract void Read(T message, ReadContext context);
}
