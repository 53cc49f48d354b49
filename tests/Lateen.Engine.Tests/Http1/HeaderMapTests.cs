namespace Lateen.Engine.Tests.Http1;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Engine.Tests.Support;

public sealed class HeaderMapTests
{
    [Fact]
    public void Set_replaces_every_entry_of_a_name_in_the_place_of_the_first()
    {
        HeaderMap map = TestRequest.Headers("a=1", "b=2", "a=3", "c=4");

        map.Set("a"u8, "longer"u8);

        Assert.Equal("a=longer|b=2|c=4", TestRequest.Describe(map));
        Assert.Equal(11, map.ContentBytes);
    }

    [Fact]
    public void Remove_takes_every_entry_of_a_name()
    {
        HeaderMap map = TestRequest.Headers("a=1", "b=2", "a=3");

        Assert.True(map.Remove("a"u8));
        Assert.False(map.Remove("a"u8));

        Assert.Equal("b=2", TestRequest.Describe(map));
    }

    [Fact]
    public void A_copy_is_independent()
    {
        HeaderMap map = TestRequest.Headers("a=1");
        var copy = new HeaderMap();
        copy.CopyFrom(map);

        map.Set("a"u8, "2"u8);

        Assert.Equal("a=1", TestRequest.Describe(copy));
    }

    [Fact]
    public void Names_that_are_alike_at_both_ends_are_told_apart()
    {
        HeaderMap map = TestRequest.Headers("abcd-1-efgh=1", "abcd-2-efgh=2", "abcd-1-efgh=3");

        Assert.Equal(1, map.IndexOf("abcd-2-efgh"u8));
        Assert.Equal(2, map.IndexOf("abcd-1-efgh"u8, 1));
        Assert.Equal(-1, map.IndexOf("abcd-3-efgh"u8));
        Assert.Equal(-1, map.IndexOf("abcd-1-efgh"u8, 3));
    }

    [Fact]
    public void Each_of_many_names_is_found_after_others_went()
    {
        string[] names = [.. Enumerable.Range(0, 100).Select(static i => i % 3 == 0 ? $"{i}" : $"x-header-{i}")];
        HeaderMap map = TestRequest.Headers([.. names.Select(static n => $"{n}=value of {n}")]);

        for (int i = 0; i < names.Length; i += 2)
        {
            Assert.True(map.Remove(Encoding.ASCII.GetBytes(names[i])));
        }

        for (int i = 0; i < names.Length; i++)
        {
            string value = Encoding.ASCII.GetString(map.GetOrEmpty(Encoding.ASCII.GetBytes(names[i])));
            Assert.Equal(i % 2 == 0 ? "" : $"value of {names[i]}", value);
        }
    }

    [Fact]
    public void A_value_of_the_map_can_be_set_under_another_name()
    {
        HeaderMap map = TestRequest.Headers("a=" + new string('v', 900), "b=1");

        map.Set("b"u8, map.GetOrEmpty("a"u8));
        map.Set("c"u8, map.GetOrEmpty("b"u8));

        Assert.Equal(900, map.GetOrEmpty("b"u8).Length);
        Assert.True(map.GetOrEmpty("c"u8).SequenceEqual(map.GetOrEmpty("a"u8)));
    }

    [Fact]
    public void As_many_headers_of_our_own_as_one_likes_are_all_written()
    {
        var map = new HeaderMap();
        byte[] lines = new byte[2_000];

        for (int i = 0; i < 100; i++)
        {
            map.SetOwn(Encoding.ASCII.GetBytes($"own-{i}"), "v"u8);
        }

        int length = map.CopyLines(lines);
        Assert.Equal(string.Concat(Enumerable.Range(0, 100).Select(static i => $"own-{i}: v\r\n")), Encoding.ASCII.GetString(lines, 0, length));
    }

    [Fact]
    public void Only_what_makes_a_line_is_written()
    {
        HeaderMap map = TestRequest.Headers(
            ":path=/", "a=1", "connection=close", "b=two\r\nx: y", "bad name=1", "te=gzip, trailers", "content-length=3", "tab=x\ty", "empty=",
            "c= ");
        byte[] lines = new byte[200];

        int length = map.CopyLines(lines);

        Assert.Equal("a: 1\r\nte: trailers\r\ntab: x\ty\r\nempty: \r\nc:  \r\n", Encoding.ASCII.GetString(lines, 0, length));
        Assert.Equal(length, map.CopyLines(lines));
    }

    [Fact]
    public void The_date_is_the_one_of_rfc_9110() =>
        Assert.Equal("Sun, 06 Nov 1994 08:49:37 GMT"u8.ToArray(), HttpDate.Format(784_111_777_000_000).ToArray());
}
