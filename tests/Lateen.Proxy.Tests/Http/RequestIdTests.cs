namespace Lateen.Proxy.Tests.Http;

using System.Text;
using Lateen.Engine.Loop;
using Lateen.Proxy.Http;

public sealed class RequestIdTests
{
    [Fact]
    public void A_request_id_is_a_random_uuid_of_version_4()
    {
        Span<byte> text = stackalloc byte[RequestId.Length];
        var random = new LoopRandom(7);
        for (int i = 0; i < 1000; i++)
        {
            RequestId.Write(random, text);
            string id = Encoding.ASCII.GetString(text);
            Assert.True(Guid.TryParseExact(id, "D", out Guid guid), id);
            Assert.Equal(guid.ToString("D"), id);
            Assert.Equal(4, guid.Version);
        }
    }
}
