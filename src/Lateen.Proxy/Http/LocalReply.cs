namespace Lateen.Proxy.Http;

using System.Buffers.Text;
using Lateen.Engine.Http;

/// <summary>Writes the head of a response that the proxy makes itself.</summary>
internal static class LocalReply
{
    /// <summary>Answers a stream that has no response yet.</summary>
    public static void Send(
        ActiveStream stream, int status, ReadOnlySpan<byte> body, ReadOnlySpan<byte> location, bool overloaded, int grpcStatus)
    {
        stream.Router.Stop();
        HeaderMap response = stream.Response;
        response.Clear();
        bool grpc = stream.Info.IsGrpc;
        WriteHead(response, grpc, status, body, location, overloaded, grpcStatus);
        bool noBody = body.IsEmpty || grpc || PseudoHeaders.Method(stream.Request).SequenceEqual("HEAD"u8);
        stream.Router.MutateResponse(response);
        stream.SendHeaders(response, noBody);
        if (!noBody)
        {
            stream.SendData(body, endStream: true);
        }
    }

    public static void WriteHead(
        HeaderMap response, bool grpc, int status, ReadOnlySpan<byte> body, ReadOnlySpan<byte> location, bool overloaded,
        int grpcStatus = -1)
    {
        if (grpc)
        {
            WriteGrpc(response, status, body, grpcStatus);
            return;
        }

        AddNumber(response, ":status"u8, status);
        if (!location.IsEmpty)
        {
            response.Add("location"u8, location);
        }

        if (overloaded)
        {
            response.Add("x-envoy-overloaded"u8, "true"u8);
        }

        if (!body.IsEmpty)
        {
            AddNumber(response, "content-length"u8, body.Length);
            response.Add("content-type"u8, "text/plain"u8);
        }
        else if (status >= 200 && status is not (204 or 304))
        {
            response.Add("content-length"u8, "0"u8);
        }
    }

    public static void AddNumber(HeaderMap headers, ReadOnlySpan<byte> name, long value)
    {
        Span<byte> text = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, text, out int length);
        headers.Set(name, text[..length]);
    }

    /// <summary>For the names that are our own; not for :status, nor for what frames a message.</summary>
    public static void SetOwnNumber(HeaderMap headers, ReadOnlySpan<byte> name, long value)
    {
        if ((ulong)value < 10)
        {
            headers.SetOwn(name, "0123456789"u8.Slice((int)value, 1));
            return;
        }

        Span<byte> text = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, text, out int length);
        headers.SetOwn(name, text[..length]);
    }

    // gRPC clients read a trailers-only response: HTTP 200 and the status in grpc-status.
    private static void WriteGrpc(HeaderMap response, int status, ReadOnlySpan<byte> body, int grpcStatus)
    {
        response.Add(":status"u8, "200"u8);
        response.Add("content-type"u8, "application/grpc"u8);
        AddNumber(response, "grpc-status"u8, grpcStatus >= 0 ? grpcStatus : GrpcText.StatusOfHttp(status));
        if (!body.IsEmpty)
        {
            GrpcText.AddMessage(response, body);
        }
    }
}
