namespace Lateen.Engine.Tests.Loop;

using Lateen.Engine.Loop;

public sealed class LoopRandomTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100)]
    [InlineData(int.MaxValue)]
    public void A_draw_is_the_high_half_of_the_product(int bound)
    {
        var draws = new LoopRandom(42);
        var same = new LoopRandom(42);
        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal((int)(((UInt128)same.NextUInt64() * (ulong)bound) >> 64), draws.Next(bound));
        }
    }
}
