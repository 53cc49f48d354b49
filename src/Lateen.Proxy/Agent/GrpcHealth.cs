namespace Lateen.Proxy.Agent;

using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

/// <summary>
/// One call of the gRPC health protocol, as the kubelet makes it (grpc.health.v1: request field 1 is the service, response field 1
/// the status). Written out, because two fields do not justify generated code.
/// </summary>
internal static class GrpcHealth
{
    public const string Method = "/grpc.health.v1.Health/Check";

    private const int Serving = 1;
    private const int PrefixBytes = 5;
    private const uint StatusTag = (1 << 3) | (int)WireFormat.WireType.Varint;
    private const uint ServiceTag = (1 << 3) | (int)WireFormat.WireType.LengthDelimited;

    // A health answer has two bytes; an application that sends a flood is not healthy.
    private const int MaxAnswerBytes = 4096;

    public static async Task<bool> IsServingAsync(HttpClient http, Uri url, string service, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Frame(service)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        using HttpResponseMessage response = await http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
        if (response.StatusCode is not HttpStatusCode.OK)
        {
            return false;
        }

        await response.Content.LoadIntoBufferAsync(MaxAnswerBytes, cancel).ConfigureAwait(false);
        byte[] body = await response.Content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false);

        // Without a message the status stands among the headers and is an error.
        return response.TrailingHeaders.TryGetValues("grpc-status", out IEnumerable<string>? status)
            && status.FirstOrDefault() == "0" && Status(body) == Serving;
    }

    // Length-prefixed message: a flag byte (0: not compressed) and four bytes of length, big-endian.
    private static byte[] Frame(string service)
    {
        using var message = new MemoryStream();
        message.Write(new byte[PrefixBytes]);
        using (var output = new CodedOutputStream(message, leaveOpen: true))
        {
            if (service.Length > 0)
            {
                output.WriteTag(ServiceTag);
                output.WriteString(service);
            }
        }

        byte[] frame = message.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - PrefixBytes);
        return frame;
    }

    private static int Status(byte[] body)
    {
        if (body.Length < PrefixBytes || body[0] != 0)
        {
            return -1;
        }

        int status = 0;
        try
        {
            using var input = new CodedInputStream(body, PrefixBytes, body.Length - PrefixBytes);
            for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
            {
                if (tag == StatusTag)
                {
                    status = input.ReadEnum();
                }
                else
                {
                    input.SkipLastField();
                }
            }
        }
        catch (InvalidProtocolBufferException)
        {
            return -1;
        }

        return status;
    }
}
