namespace Lateen.Engine.Http2;

using Lateen.Engine.Buffers;

/// <summary>A header block that arrives in several frames, until it is whole.</summary>
internal sealed class Http2HeadFragments(Http2Codec codec, Http2Options options)
{
    // A block is never longer on the wire than decoded, except by an encoder that means harm.
    private readonly int _maxBytes = options.MaxHeadBytes * 2;

    private RetainedInput _kept;

    public ReadOnlySpan<byte> Bytes => _kept.Bytes;

    public void Clear(SlabPool pool) => _kept.Clear(pool);

    /// <summary>False when that ended the connection.</summary>
    public bool Add(ReadOnlySpan<byte> fragment)
    {
        if (_kept.Bytes.Length + fragment.Length > _maxBytes)
        {
            codec.Fail(Http2ErrorCode.EnhanceYourCalm, "http2.headers_too_large", Http2Counter.HeaderOverflow);
            return false;
        }

        if (_kept.IsEmpty)
        {
            return fragment.IsEmpty || _kept.TryKeep(codec.Buffers, fragment) || FailMemory();
        }

        while (!fragment.IsEmpty)
        {
            Span<byte> room = _kept.Room(codec.Buffers);
            if (room.IsEmpty)
            {
                return FailMemory();
            }

            int count = Math.Min(room.Length, fragment.Length);
            fragment[..count].CopyTo(room);
            _kept.Received(count);
            fragment = fragment[count..];
        }

        return true;
    }

    private bool FailMemory()
    {
        codec.Fail(Http2ErrorCode.InternalError, "http2.out_of_buffers");
        return false;
    }
}
