namespace Lateen.Proxy.Tests.LoadBalancing;

using System.Text;
using Lateen.Proxy.LoadBalancing;

public sealed class XxHash64Tests
{
    [Theory]
    [InlineData("", 0xEF46DB3751D8E999UL)]
    [InlineData("a", 0xD24EC4F1A98C6E5BUL)]
    [InlineData("abc", 0x44BC2CF5AD770999UL)]
    [InlineData("foo", 0x33BF00A859C4BA3FUL)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x0B242D361FDA71BCUL)]
    public void The_hash_is_the_published_one(string text, ulong hash) =>
        Assert.Equal(hash, XxHash64.Hash(Encoding.ASCII.GetBytes(text)));
}
