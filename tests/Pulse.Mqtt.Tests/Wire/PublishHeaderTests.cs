namespace Pulse.Mqtt.Tests.Wire;

public sealed class PublishHeaderTests
{
    private static readonly byte[] Version3 = [0, 1, (byte)'a', 0x12, 0x34, (byte)'x'];

    [Fact]
    public void A_header_of_quality_1_is_read()
    {
        Assert.True(PublishHeader.TryParse(0b0011, Version3, isVersion5: false, out var header));

        Assert.Equal((1, 0x1234, 5, false, 1, true), (header.TopicLength, header.PacketId, header.PayloadStart, header.UsesTopicAlias, header.QualityOfService, header.IsRetain));
        Assert.Equal("a"u8.ToArray(), header.TopicIn(Version3).ToArray());
    }

    [Fact]
    public void A_header_of_quality_0_has_no_packet_identifier()
    {
        Assert.True(PublishHeader.TryParse(0, Version3, isVersion5: false, out var header));
        Assert.Equal((0, 3, 0, false), (header.PacketId, header.PayloadStart, header.QualityOfService, header.IsRetain));
    }

    [Theory]
    [InlineData(0b0110, "0001610001")] // quality 3
    [InlineData(0b1000, "0001610001")] // duplicate of quality 0
    [InlineData(0b0010, "0001610000")] // packet identifier 0
    [InlineData(0b0010, "00016100")]
    [InlineData(0b0000, "000261")]
    [InlineData(0b0000, "00")]
    public void A_malformed_header_is_refused(byte flags, string body) =>
        Assert.False(PublishHeader.TryParse(flags, Convert.FromHexString(body), isVersion5: false, out _));

    [Theory]
    [InlineData("00", false)]
    [InlineData("020101", false)]
    [InlineData("050200000001", false)]
    [InlineData("0403000161", false)]
    [InlineData("0408000161", false)]
    [InlineData("04090001FF", false)]
    [InlineData("0726000161000162", false)]
    [InlineData("03230001", true)]
    [InlineData("05230001 0100", true)]
    public void Properties_are_passed_over_and_an_alias_is_seen(string properties, bool usesAlias)
    {
        byte[] body = [0, 1, (byte)'a', .. Convert.FromHexString(properties.Replace(" ", string.Empty, StringComparison.Ordinal)), (byte)'x'];

        Assert.True(PublishHeader.TryParse(0, body, isVersion5: true, out var header));
        Assert.Equal((usesAlias, body.Length - 1), (header.UsesTopicAlias, header.PayloadStart));
    }

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("8080808001")]
    [InlineData("0201")]
    [InlineData("020102")]
    [InlineData("0101")]
    [InlineData("04020000000001")]
    [InlineData("0403000261")]
    [InlineData("04030001FF")]
    [InlineData("020300")]
    [InlineData("0426000161")]
    [InlineData("072600016100FF62")]
    [InlineData("020B01")]
    [InlineData("02FF01")]
    [InlineData("022300")]
    public void Malformed_properties_are_refused(string properties)
    {
        byte[] body = [0, 1, (byte)'a', .. Convert.FromHexString(properties)];

        Assert.False(PublishHeader.TryParse(0, body, isVersion5: true, out _));
    }

    [Theory]
    [InlineData("61", false, false)]
    [InlineData("", true, false)]
    [InlineData("00", true, false)]
    [InlineData("FF", true, false)]
    [InlineData("EDA080", true, false)]
    [InlineData("01", false, true)]
    [InlineData("1F", false, true)]
    [InlineData("7F", false, true)]
    [InlineData("C280", false, true)]
    [InlineData("C2A9C29F", false, true)]
    [InlineData("C2A0", false, false)]
    [InlineData("EFBFBD", false, true)]
    [InlineData("F09F9880", false, false)]
    public void Texts_are_checked_on_raw_bytes(string hex, bool isMalformed, bool holdsUnwanted)
    {
        var text = Convert.FromHexString(hex);

        Assert.Equal(isMalformed, TopicText.IsMalformed(text));
        if (!isMalformed)
        {
            Assert.Equal(holdsUnwanted, TopicText.HoldsUnwanted(text));
        }
    }

    [Theory]
    [InlineData("a/b", true)]
    [InlineData("$SYS/a", false)]
    [InlineData("a/+", false)]
    [InlineData("#", false)]
    [InlineData("a\u0001", false)]
    public void What_may_be_published_to(string topic, bool isPublishable) =>
        Assert.Equal(isPublishable, TopicText.IsPublishable(System.Text.Encoding.UTF8.GetBytes(topic)));
}
