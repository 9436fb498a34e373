// Avx2: vectors of 8 floats, 16 registers.
// Outputs of the tiles of F(2×2, 3×3) for 4 rows of 5 outputs: Aᵀ m A of every 4×4 products m.
//   m     [16 points], 208 floats apart, of [2][2][3][16]
//   y     [2] blocks, 560 floats apart, of [4][5][16]
//   rows  rows of y that are made, fewer at the end of a map
[MethodImpl(Kernel)]
private static void WinogradOutput3x3s1_32_4x5_by35_Relu6(float* m, float* y, nint rows)
{
    var zero = Vector256<float>.Zero;
    var six = V.Create(6f);
    for (nint block = 0; block < 2; block++)
    {
        for (nint lane = 0; lane < 16; lane += 8)
        {
            for (nint row = 0; row < rows; row += 2)
            {
                float* from = m + block * 96 + row * 24 + lane;
                float* to = y + block * 560 + row * 80 + lane;
                bool both = row + 1 < rows;
                for (nint tile = 0; tile < 2; tile++)
                {
                    var p0 = V.Load(from); var q0 = V.Load(&from[832]); var r0 = V.Load(&from[1664]); var s0 = V.Load(&from[2496]);
                    var upper0 = p0 + q0 + r0; var lower0 = q0 - r0 - s0;
                    var p1 = V.Load(&from[208]); var q1 = V.Load(&from[1040]); var r1 = V.Load(&from[1872]); var s1 = V.Load(&from[2704]);
                    var upper1 = p1 + q1 + r1; var lower1 = q1 - r1 - s1;
                    var p2 = V.Load(&from[416]); var q2 = V.Load(&from[1248]); var r2 = V.Load(&from[2080]); var s2 = V.Load(&from[2912]);
                    var upper2 = p2 + q2 + r2; var lower2 = q2 - r2 - s2;
                    var p3 = V.Load(&from[624]); var q3 = V.Load(&from[1456]); var r3 = V.Load(&from[2288]); var s3 = V.Load(&from[3120]);
                    var upper3 = p3 + q3 + r3; var lower3 = q3 - r3 - s3;
                    V.Store(V.MinNative(six, V.MaxNative(zero, upper0 + upper1 + upper2)), to); V.Store(V.MinNative(six, V.MaxNative(zero, upper1 - upper2 - upper3)), &to[16]);
                    if (both)
                    {
                        V.Store(V.MinNative(six, V.MaxNative(zero, lower0 + lower1 + lower2)), &to[80]); V.Store(V.MinNative(six, V.MaxNative(zero, lower1 - lower2 - lower3)), &to[96]);
                    }
                    from += 16; to += 32;
                }
                {
                    var p0 = V.Load(from); var q0 = V.Load(&from[832]); var r0 = V.Load(&from[1664]); var s0 = V.Load(&from[2496]);
                    var upper0 = p0 + q0 + r0; var lower0 = q0 - r0 - s0;
                    var p1 = V.Load(&from[208]); var q1 = V.Load(&from[1040]); var r1 = V.Load(&from[1872]); var s1 = V.Load(&from[2704]);
                    var upper1 = p1 + q1 + r1; var lower1 = q1 - r1 - s1;
                    var p2 = V.Load(&from[416]); var q2 = V.Load(&from[1248]); var r2 = V.Load(&from[2080]); var s2 = V.Load(&from[2912]);
                    var upper2 = p2 + q2 + r2; var lower2 = q2 - r2 - s2;
                    V.Store(V.MinNative(six, V.MaxNative(zero, upper0 + upper1 + upper2)), to);
                    if (both)
                    {
                        V.Store(V.MinNative(six, V.MaxNative(zero, lower0 + lower1 + lower2)), &to[80]);
                    }
                }
            }
        }
    }
}
