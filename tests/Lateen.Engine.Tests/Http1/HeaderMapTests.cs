namespace Lateen.Engine.Tests.Http1;

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
    public void The_date_is_the_one_of_rfc_9110() =>
        Assert.Equal("Sun, 06 Nov 1994 08:49:37 GMT"u8.ToArray(), HttpDate.Format(784_111_777_000_000).ToArray());
}
