namespace Lateen.Testing;

using System.Text;
using Lateen.Engine.Transport;

/// <summary>A connection that a <see cref="TestUpstream"/> accepted.</summary>
public sealed class TestUpstreamConnection : ConnectionHandler
{
    private readonly TestUpstream _upstream;
    private readonly StringBuilder _received = new();

    internal TestUpstreamConnection(TestUpstream upstream, Connection connection)
    {
        _upstream = upstream;
        Connection = connection;
        connection.Handler = this;
    }

    public Connection Connection { get; }

    public bool IsClosed { get; private set; }

    public bool SawEnd { get; private set; }

    /// <summary>Everything that arrived and was not a complete request.</summary>
    public string Received => _received.ToString();

    public void Write(string text) => Connection.Write(Encoding.Latin1.GetBytes(text));

    public override int OnData(Connection connection, ReadOnlySpan<byte> data)
    {
        if (_upstream.Raw is { } raw)
        {
            _received.Append(Encoding.Latin1.GetString(data));
            raw(this, data.ToArray());
            return data.Length;
        }

        _received.Append(Encoding.Latin1.GetString(data));
        while (TestRequest.TryTake(_received, this, out TestRequest? request))
        {
            _upstream.Requests.Add(request);
            if (_upstream.Answer(request) is { } answer)
            {
                Write(answer);
            }
        }

        return data.Length;
    }

    public override void OnEndOfStream(Connection connection)
    {
        SawEnd = true;
        if (_upstream.Raw is null)
        {
            connection.Close(CloseMode.Flush);
        }
    }

    public override void OnClosed(Connection connection, CloseReason reason) => IsClosed = true;
}
