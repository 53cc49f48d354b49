namespace Lateen.Local.Tests.Images;

using Lateen.Local.Images;

public sealed class ImageMapTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N") + ".json");

    [Theory]
    [InlineData("registry.istio.io/release/examples-bookinfo-reviews-v3:1.20.3", "STAR_COLOR", "red")]
    [InlineData("docker.io/istio/examples-bookinfo-reviews-v2:1.20.3", "STAR_COLOR", "black")]
    [InlineData("docker.io/istio/examples-bookinfo-ratings-v-faulty:1.20.3", "SERVICE_VERSION", "v-faulty")]
    public void An_image_of_the_samples_stands_for_its_service_and_version(string image, string variable, string value)
    {
        ImageEntry? entry = new ImageMap(_file).Find(image);

        Assert.Equal(value, entry?.Environment[variable]);
    }

    [Theory]
    [InlineData("busybox", "docker.io/library/busybox:latest")]
    [InlineData("a/b:1", "docker.io/a/b:1")]
    [InlineData("localhost:5000/b", "localhost:5000/b:latest")]
    [InlineData("x.io/b@sha256:00", "x.io/b:latest")]
    public void A_short_name_means_the_full_one(string image, string full) => Assert.Equal(full, ImageMap.Normalize(image));

    [Fact]
    public void An_added_image_goes_before_the_built_in_ones_and_can_be_removed()
    {
        ImageMap map = new(_file);
        map.Add("*/busybox:*", ["/usr/bin/env", "true"]);
        Assert.Equal(["/usr/bin/env", "true"], map.Find("busybox")?.Command);

        Assert.True(map.Remove("*/busybox:*"));
        Assert.Equal(["/bin/sh"], map.Find("busybox")?.Command);
        Assert.False(map.Remove("*/busybox:*"));
    }

    [Theory]
    [InlineData("/root/program")]
    [InlineData("/home/me/program")]
    [InlineData("/usr/../root/program")]
    [InlineData("program")]
    public void A_program_that_pods_may_not_see_is_no_image(string program) =>
        Assert.Throws<ArgumentException>(() => new ImageMap(_file).Add("x", [program]));

    public void Dispose() => File.Delete(_file);
}
