namespace Lateen.Proxy.Tests.Http;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;

/// <summary>dataplane rules of path normalisation, row by row; merging and escaped slashes only where they are asked for.</summary>
public sealed class PathNormalizerTests
{
    private static readonly HttpConnectionManagerConfig Base = new() { StatPrefix = "t", NormalizePath = true };

    [Theory]
    [InlineData("/a/./b", "/a/b")]
    [InlineData("/a/../b", "/b")]
    [InlineData("/a/%2e%2E/b", "/b")]
    [InlineData("/a\\..\\b", "/b")]
    [InlineData("/%61%7E", "/a~")]
    [InlineData("/a%2Fb%5cc", "/a%2Fb%5cc")]
    [InlineData("/a//b", "/a//b")]
    [InlineData("/a?b=/../%2e", "/a?b=/../%2e")]
    [InlineData("/a#frag", "/a")]
    [InlineData("/a?b#frag", "/a?b")]
    [InlineData("/a%", "/a%")]
    [InlineData("/a%zz", "/a%zz")]
    [InlineData("/a;x=1/../b", "/b")]
    public void The_base_form(string path, string normal) => Assert.Equal(normal, Normal(path, Base));

    [Theory]
    [InlineData("/%%36a")]
    [InlineData("/%6%31")]
    [InlineData("/a%25%32%66b")]
    [InlineData("/%%32e%%32e/b")]
    public void Decoding_never_makes_a_new_escape(string path)
    {
        string once = Normal(path, Base);

        Assert.Equal(once, Normal(once, Base));
    }

    [Theory]
    [InlineData("/a%00")]
    [InlineData("/..")]
    [InlineData("/a/../..")]
    public void What_leaves_the_root_or_holds_a_NUL_is_refused(string path) => Assert.Equal("Rejected", Normal(path, Base));

    [Theory]
    [InlineData("/a//b///c", "/a/b/c")]
    [InlineData("//", "/")]
    [InlineData("/a?b//c", "/a?b//c")]
    public void Slashes_are_merged_in_the_path_only(string path, string normal) =>
        Assert.Equal(normal, Normal(path, Base with { MergeSlashes = true }));

    [Theory]
    [InlineData("/a%2Fb", "/a/b")]
    [InlineData("/a%5C..%5Cb", "/b")]
    [InlineData("/a%2F%2Fb", "/a/b")]
    public void Escaped_slashes_are_decoded_before_anything_else(string path, string normal) =>
        Assert.Equal(normal, Normal(path, Base with { MergeSlashes = true, EscapedSlashes = EscapedSlashesAction.UnescapeAndForward }));

    [Fact]
    public void Without_normalisation_only_the_fragment_goes()
    {
        Assert.Equal("/a/../%61//b", Normal("/a/../%61//b#c", Base with { NormalizePath = false }));
    }

    private static string Normal(string path, HttpConnectionManagerConfig config)
    {
        var request = new HeaderMap();
        request.Add(":path"u8, Encoding.Latin1.GetBytes(path));
        PathStatus status = PathNormalizer.Normalize(request, config);
        return status is PathStatus.Rejected ? "Rejected" : Encoding.Latin1.GetString(request.GetOrEmpty(":path"u8));
    }
}
