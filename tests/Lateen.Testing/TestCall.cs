namespace Lateen.Testing;

/// <summary>A request on its way.</summary>
public sealed class TestCall
{
    private TestResponse? _response;

    public bool IsDone => _response is not null;

    /// <summary>Virtual time when the response was complete.</summary>
    public long DoneMicros { get; private set; }

    public TestResponse Response =>
        _response ?? throw new InvalidOperationException("There is no response yet; advance the time.");

    internal bool IsHead { get; init; }

    internal void Complete(TestResponse response, long micros)
    {
        _response = response;
        DoneMicros = micros;
    }
}
