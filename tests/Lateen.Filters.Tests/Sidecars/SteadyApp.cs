namespace Lateen.Filters.Tests.Sidecars;

using Lateen.Engine.Transport;

/// <summary>Answers every request the same way without allocating.</summary>
internal sealed class SteadyApp : AcceptHandler
{
    public override void OnAccepted(Connection connection) => connection.Handler = new Answers();

    private sealed class Answers : ConnectionHandler
    {
        public override int OnData(Connection connection, ReadOnlySpan<byte> data)
        {
            if (!data.EndsWith("\r\n\r\n"u8))
            {
                return 0;
            }

            connection.Write("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\r\nhello"u8);
            return data.Length;
        }

        public override void OnEndOfStream(Connection connection) => connection.Close(CloseMode.Flush);

        public override void OnClosed(Connection connection, CloseReason reason)
        {
        }
    }
}
