namespace Lateen.Proxy.Tests.Agent;

using Lateen.Proxy.Agent;

public sealed class ListenDescriptorsTests
{
    [Fact]
    public void Each_worker_has_its_own_descriptor_of_a_port()
    {
        ListenDescriptors descriptors = ListenDescriptors.Parse("8080=5,6;443=7");

        Assert.Equal(6, descriptors.For(8080, 1));
        Assert.Equal(7, descriptors.For(443, 0));
        Assert.Equal(0, descriptors.For(443, 1));
        Assert.Equal(0, descriptors.For(80, 0));
    }

    [Theory]
    [InlineData("8080")]
    [InlineData("8080=")]
    [InlineData("x=5")]
    [InlineData("8080=1")]
    public void A_malformed_list_says_which_entry(string text)
    {
        FormatException error = Assert.Throws<FormatException>(() => ListenDescriptors.Parse(text));

        Assert.Contains(text, error.Message);
    }
}
