namespace Lateen.Local.Launcher;

using System.Text.Json;

/// <summary>One message between the cluster process and its launcher; descriptors travel beside it.</summary>
internal sealed record ControlMessage(long Id, string Operation, string? Host = null, int Port = 0, byte[]? Data = null,
    string? Error = null)
{
    /// <summary>Asks for a TCP connection from the host's network; answered with its descriptor.</summary>
    internal const string Dial = "dial";

    /// <summary>Asks for a listening TCP socket of the host; answered with its descriptor and the port.</summary>
    internal const string Listen = "listen";

    /// <summary>Asks the host's resolver; the data is a DNS message.</summary>
    internal const string Resolve = "resolve";

    /// <summary>Tells that the cluster answers; the port is the API's.</summary>
    internal const string Ready = "ready";

    /// <summary>Tells the cluster to end in good order.</summary>
    internal const string Stop = "stop";

    internal const string Answer = "answer";

    internal byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this);

    internal static ControlMessage Decode(byte[] message) =>
        JsonSerializer.Deserialize<ControlMessage>(message) ?? throw new InvalidDataException("An empty control message.");
}
