namespace Lateen.Proxy.Http;

using Lateen.Engine.Http;

/// <summary>What of a request's body and trailers is kept: until an upstream is ready, and for another attempt.</summary>
internal sealed class RetainedRequest
{
    // Made for the first request that has something to keep.
    private BodyBuffer? _body;

    public enum Outcome : byte
    {
        /// <summary>Kept, or not needed.</summary>
        Fine,

        /// <summary>Nobody takes the bytes yet and there are many: the client must wait.</summary>
        Full,

        /// <summary>Too long to be sent again: the request goes on, but not a second time.</summary>
        GivenUp,
    }

    public HeaderMap? Trailers { get; set; }

    public ReadOnlySpan<byte> Body => _body is null ? default : _body.Bytes;

    public int Length => _body?.Length ?? 0;

    /// <summary>Bytes have gone by that are not here any more.</summary>
    public bool IsDropped { get; private set; }

    public void Reset()
    {
        _body?.Clear();
        Trailers = null;
        IsDropped = false;
    }

    /// <summary>Frees the bytes at the stream's end.</summary>
    public void Clear() => _body?.Clear();

    /// <summary>No other attempt will need them.</summary>
    public void Drop()
    {
        _body?.Clear();
        IsDropped = true;
    }

    /// <param name="streaming">An attempt takes the bytes now.</param>
    /// <param name="again">Another attempt may need them.</param>
    public Outcome Keep(ReadOnlySpan<byte> data, int limit, bool streaming, bool again)
    {
        if (IsDropped || (streaming && !again))
        {
            return Outcome.Fine;
        }

        if (Length + data.Length > limit && streaming)
        {
            Drop();
            return Outcome.GivenUp;
        }

        (_body ??= new BodyBuffer()).Append(data);
        return !streaming && Length > limit ? Outcome.Full : Outcome.Fine;
    }
}
