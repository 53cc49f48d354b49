namespace Lateen.Engine.Http1;

using Lateen.Engine.Http;
using Lateen.Engine.Transport;

/// <summary>Frames an outgoing body as its head promised.</summary>
internal struct BodyWriter
{
    private Framing _framing;
    private long _left;

    private enum Framing : byte
    {
        None,
        Length,
        Chunked,
        UntilClose,
    }

    public static BodyWriter None => default;

    public static BodyWriter Chunked => new() { _framing = Framing.Chunked };

    public static BodyWriter UntilClose => new() { _framing = Framing.UntilClose };

    public readonly bool IsUntilClose => _framing is Framing.UntilClose;

    public static BodyWriter WithLength(long length) => new() { _framing = Framing.Length, _left = length };

    /// <summary>False when more arrives than Content-Length said, or the end comes before it: the connection is then unusable.</summary>
    public bool TryWrite(Connection connection, ReadOnlySpan<byte> data, bool endStream)
    {
        switch (_framing)
        {
            case Framing.Length when data.Length > _left:
                return false;
            case Framing.Length:
                _left -= data.Length;
                connection.Write(data);
                return !endStream || _left == 0;
            case Framing.UntilClose:
                connection.Write(data);
                return true;
            case Framing.Chunked:
                if (!data.IsEmpty)
                {
                    HeadWriter.Chunk(connection, data);
                }

                if (endStream)
                {
                    HeadWriter.LastChunk(connection);
                }

                return true;
            default:
                return true;
        }
    }

    public readonly bool TryWriteTrailers(Connection connection, HeaderMap trailers)
    {
        if (_framing is Framing.Chunked)
        {
            HeadWriter.LastChunk(connection, trailers);
        }

        return _framing is not Framing.Length || _left == 0;
    }
}
