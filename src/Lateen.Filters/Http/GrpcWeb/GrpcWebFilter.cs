namespace Lateen.Filters.Http.GrpcWeb;

using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using Lateen.Engine.Http;
using Lateen.Proxy.Http;

/// <summary>
/// Lets browsers call gRPC services: gRPC-Web, binary and text, becomes gRPC on the way in; on the way out the trailers become the
/// last frame of the body (PROTOCOL-WEB.md of gRPC).
/// </summary>
internal sealed class GrpcWebFilter : HttpFilter
{
    private const int FrameHeadBytes = 5;
    private const byte TrailerFrame = 0x80;

    private static ReadOnlySpan<byte> Grpc => "application/grpc"u8;

    private static ReadOnlySpan<byte> Web => "application/grpc-web"u8;

    private static ReadOnlySpan<byte> WebText => "application/grpc-web-text"u8;

    public override bool ChangesProtocol => true;

    public override FilterStatus OnRequestHeaders(HttpStream stream, bool endStream)
    {
        HeaderMap request = stream.Request;
        ReadOnlySpan<byte> type = request.GetOrEmpty("content-type"u8);
        bool isText = type.StartsWith(WebText);
        GrpcWebState state = stream.State<GrpcWebState>(this);
        state.Begin(type.StartsWith(Web), isText);
        if (!state.IsWeb)
        {
            return FilterStatus.Continue;
        }

        SetType(request, Grpc, type[(isText ? WebText : Web).Length..]);
        request.Remove("content-length"u8);
        request.Set("te"u8, "trailers"u8);
        request.Set("grpc-accept-encoding"u8, "identity"u8);
        return FilterStatus.Continue;
    }

    public override FilterStatus OnRequestData(HttpStream stream, ReadOnlySpan<byte> data, bool endStream)
    {
        GrpcWebState state = stream.State<GrpcWebState>(this);
        if (!state.IsWeb || !state.IsText)
        {
            return FilterStatus.Continue;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(state.RestLength + data.Length);
        state.Rest.CopyTo(buffer);
        data.CopyTo(buffer.AsSpan(state.RestLength));
        int length = state.RestLength + data.Length;
        bool valid = TryDecode(buffer, ref length, state, endStream);
        if (valid)
        {
            stream.ReplaceBody(buffer.AsSpan(0, length));
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return valid ? FilterStatus.Continue
            : stream.Respond(400, ResponseFlags.None, "grpc_base_64_decode_failed", "Bad gRPC-web request, invalid base64 data."u8);
    }

    public override void OnResponseHeaders(HttpStream stream, bool endStream)
    {
        GrpcWebState state = stream.State<GrpcWebState>(this);
        ReadOnlySpan<byte> type = stream.Response.GetOrEmpty("content-type"u8);
        if (!state.IsWeb || !type.StartsWith(Grpc))
        {
            return;
        }

        // A response of trailers alone keeps its status in the head, where clients look for it first.
        state.TurnsResponse = !endStream;
        SetType(stream.Response, state.IsText ? WebText : Web, type[Grpc.Length..]);
        if (!endStream)
        {
            stream.Response.Remove("content-length"u8);
        }
    }

    public override void OnResponseData(HttpStream stream, ReadOnlySpan<byte> data, bool endStream)
    {
        GrpcWebState state = stream.State<GrpcWebState>(this);
        if (state is { TurnsResponse: true, IsText: true })
        {
            ReplaceByText(stream, data);
        }
    }

    public override void OnResponseTrailers(HttpStream stream, HeaderMap trailers)
    {
        GrpcWebState state = stream.State<GrpcWebState>(this);
        if (!state.TurnsResponse)
        {
            return;
        }

        int size = FrameHeadBytes;
        for (int i = 0; i < trailers.Count; i++)
        {
            size += trailers.NameAt(i).Length + trailers.ValueAt(i).Length + 3;
        }

        byte[] frame = ArrayPool<byte>.Shared.Rent(size);
        WriteTrailers(frame, size, trailers);
        if (state.IsText)
        {
            ReplaceByText(stream, frame.AsSpan(0, size));
        }
        else
        {
            stream.ReplaceBody(frame.AsSpan(0, size));
        }

        ArrayPool<byte>.Shared.Return(frame);
    }

    private static void WriteTrailers(Span<byte> frame, int size, HeaderMap trailers)
    {
        frame[0] = TrailerFrame;
        BinaryPrimitives.WriteInt32BigEndian(frame[1..], size - FrameHeadBytes);
        int at = FrameHeadBytes;
        for (int i = 0; i < trailers.Count; i++)
        {
            ReadOnlySpan<byte> name = trailers.NameAt(i);
            ReadOnlySpan<byte> value = trailers.ValueAt(i);
            name.CopyTo(frame[at..]);
            at += name.Length;
            frame[at++] = (byte)':';
            value.CopyTo(frame[at..]);
            at += value.Length;
            "\r\n"u8.CopyTo(frame[at..]);
            at += 2;
        }
    }

    // Each piece is padded by itself; clients decode group by group.
    private static void ReplaceByText(HttpStream stream, ReadOnlySpan<byte> data)
    {
        byte[] text = ArrayPool<byte>.Shared.Rent(Base64.GetMaxEncodedToUtf8Length(data.Length));
        Base64.EncodeToUtf8(data, text, out _, out int written);
        stream.ReplaceBody(text.AsSpan(0, written));
        ArrayPool<byte>.Shared.Return(text);
    }

    // Group by group, as a padded one may stand anywhere. What is decoded is never longer than what it was.
    private static bool TryDecode(Span<byte> buffer, ref int length, GrpcWebState state, bool endStream)
    {
        int whole = length / 4 * 4;
        if (endStream && whole != length)
        {
            return false;
        }

        Span<byte> rest = stackalloc byte[4];
        buffer[whole..length].CopyTo(rest);
        int restLength = length - whole;
        int to = 0;
        for (int from = 0; from < whole;)
        {
            // Up to the next padding in one go.
            int padding = buffer[from..whole].IndexOf((byte)'=');
            int end = padding < 0 ? whole : from + ((padding / 4) + 1) * 4;
            if (Base64.DecodeFromUtf8(buffer[from..end], buffer[to..], out int used, out int written) is not OperationStatus.Done
                || used != end - from)
            {
                return false;
            }

            from = end;
            to += written;
        }

        state.KeepRest(rest[..restLength]);
        length = to;
        return true;
    }

    private static void SetType(HeaderMap headers, ReadOnlySpan<byte> type, ReadOnlySpan<byte> suffix)
    {
        Span<byte> text = stackalloc byte[128];
        suffix = suffix[..Math.Min(suffix.Length, text.Length - type.Length)];
        type.CopyTo(text);
        suffix.CopyTo(text[type.Length..]);
        headers.Set("content-type"u8, text[..(type.Length + suffix.Length)]);
    }
}
