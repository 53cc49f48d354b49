namespace Lateen.Api.Tests.Text;

using System.Text.RegularExpressions;
using Lateen.Api.Text;

public sealed class Re2Tests
{
    [Theory]
    [InlineData("^(.*?;)?(user=jason)(;.*)?$", "a=b;user=jason;c=d", true)]
    [InlineData("/reviews/[0-9]+", "/reviews/12", true)]
    [InlineData("/reviews", "/reviews/1", false)]
    [InlineData("a$", "a\n", false)]
    [InlineData(@"\d+", "\u0663", false)]
    [InlineData(@"\w", "é", false)]
    [InlineData("[[:alpha:]]+", "abc", true)]
    [InlineData("[[:alpha:]]+", "a:]", false)]
    [InlineData("[[:^digit:]x]", "7", false)]
    [InlineData("[a-z-[b]]", "a]", true)]
    [InlineData("[a-z-[b]]", "c", false)]
    [InlineData("(?P<n>a)b", "ab", true)]
    [InlineData(@"\Qa.b\E+", "a.bb", true)]
    [InlineData(@"\Qa.b\E", "axb", false)]
    [InlineData(@"\pL\PL", "a1", true)]
    [InlineData(@"\p{^Lu}", "a", true)]
    [InlineData(@"\x{41}\x42\103", "ABC", true)]
    [InlineData("(?i)JASON", "jason", true)]
    [InlineData("(?i:a)b", "AB", false)]
    [InlineData("(?s).", "\n", true)]
    [InlineData(".", "\n", false)]
    [InlineData("(?U)a+", "aaa", true)]
    [InlineData("a{,3}", "a{,3}", true)]
    [InlineData("[]a]+", "]a", true)]
    [InlineData(@"[\D]", "7", false)]
    [InlineData(@"[^\d\s]", "x", true)]
    [InlineData(@"[\W]", "_", false)]
    [InlineData("a|b", "b", true)]
    [InlineData("", "", true)]
    [InlineData("x*", "xxx", true)]
    [InlineData("# a b", "# a b", true)]
    public void An_expression_matches_the_whole_text_as_RE2_does(string expression, string text, bool matches)
    {
        bool ok = Re2.TryCompileFullMatch(expression, out Regex? regex, out string error);

        Assert.True(ok, error);
        Assert.Equal(matches, regex?.IsMatch(text));
    }

    [Theory]
    [InlineData("(?=a)")]
    [InlineData("(?<!a)b")]
    [InlineData(@"(a)\1")]
    [InlineData(@"\ba")]
    [InlineData(@"\C")]
    [InlineData(@"\p{Greek}")]
    [InlineData("a**")]
    [InlineData("*a")]
    [InlineData("(a")]
    [InlineData("a)")]
    [InlineData("[a")]
    [InlineData("[[:]")]
    [InlineData("[z-a]")]
    [InlineData("[[:nope:]]")]
    [InlineData("a{1001}")]
    [InlineData("a{3,2}")]
    [InlineData("(?x)a")]
    [InlineData("a\\")]
    [InlineData(@"\y")]
    [InlineData("(?P<>a)")]
    [InlineData(@"\x{D800}")]
    [InlineData("((a{100}){100}){100}")]
    public void What_RE2_refuses_or_this_engine_cannot_honour_is_rejected_with_a_reason(string expression)
    {
        bool ok = Re2.TryCompileFullMatch(expression, out _, out string error);

        Assert.False(ok);
        Assert.NotEqual("", error);
    }

    [Fact]
    public void Random_texts_never_make_the_translator_throw()
    {
        const string Alphabet = @"ab09[]()?P<>:^$.*+-{},|\dwspLQEUimx=!";
        var random = new Random(20261122);
        for (int round = 0; round < 5_000; round++)
        {
            IEnumerable<int> places = Enumerable.Range(0, random.Next(12));
            string expression = new([.. places.Select(_ => Alphabet[random.Next(Alphabet.Length)])]);

            bool ok = Re2.TryCompileFullMatch(expression, out Regex? regex, out string error);

            Assert.Equal(ok, regex is not null);
            Assert.Equal(ok, error.Length == 0);
        }
    }

    [Fact]
    public void Groups_keep_the_numbers_that_RE2_gives_them()
    {
        Re2.TryCompileSearch("(?P<x>a)(b)", out Regex? regex, out _);

        Assert.Equal("2:b 1:a", regex?.Replace("ab", "2:$2 1:$1"));
    }
}
