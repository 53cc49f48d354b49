namespace Lateen.Engine.Tests.Http1;

using System.Text;
using Lateen.Engine.Http;

public sealed class HeaderBlockTests
{
    [Fact]
    public void A_block_is_added_to_maps_of_any_size_and_found_in_them()
    {
        var block = new HeaderBlock(("x-forwarded-for", "10.0.0.1"), ("x-forwarded-proto", "http"), ("x-envoy-external-address", "10.0.0.1"));
        const int blockBytes = 15 + 8 + 17 + 4 + 24 + 8;

        for (int before = 0; before < 100; before++)
        {
            var map = new HeaderMap();
            for (int i = 0; i < before; i++)
            {
                map.Add(Encoding.ASCII.GetBytes($"x-{i}"), Encoding.ASCII.GetBytes(new string('v', i)));
            }

            int bytes = map.ContentBytes;
            map.AddAll(block);
            map.AddOwn("x-request-id"u8, "7"u8);

            Assert.Equal(before + 4, map.Count);
            Assert.Equal(bytes + blockBytes + "x-request-id7"u8.Length, map.ContentBytes);
            Assert.Equal("10.0.0.1", Encoding.ASCII.GetString(map.GetOrEmpty("x-forwarded-for"u8)));
            Assert.Equal("http", Encoding.ASCII.GetString(map.GetOrEmpty("x-forwarded-proto"u8)));
            Assert.Equal("10.0.0.1", Encoding.ASCII.GetString(map.GetOrEmpty("x-envoy-external-address"u8)));
            Assert.Equal("7", Encoding.ASCII.GetString(map.GetOrEmpty("x-request-id"u8)));
            Assert.Equal(before, map.IndexOf("x-forwarded-for"u8));
            Assert.Equal(before + 2, map.LastIndexOfPrefix("x-envoy-"u8, map.Count));
            Assert.Equal(-1, map.LastIndexOfPrefix("x-envoy-"u8, before));
            Assert.Equal(before < 6 ? -1 : 5, map.IndexOf("x-5"u8));
        }
    }
}
