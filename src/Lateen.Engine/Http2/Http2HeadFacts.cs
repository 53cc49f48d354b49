namespace Lateen.Engine.Http2;

/// <summary>What a codec needs to know of a head besides its fields.</summary>
internal struct Http2HeadFacts
{
    /// <summary>-1 when the message has none.</summary>
    public long ContentLength;

    /// <summary>Of a response; 0 when there is none.</summary>
    public int Status;

    public bool IsConnect;

    public bool IsHead;

    public bool ExpectsContinue;

    public static Http2HeadFacts None => new() { ContentLength = -1 };
}
