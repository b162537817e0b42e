// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// Three mirrored balls over a chequered floor, one light with shadows, in fixed point with 32 fractional bits.
contract RayTracer {
    int256 private constant ONE = 1 << 32;
    int256 private constant FAR = 1 << 48;
    /// A ray that leaves a surface starts this far above it, else it would hit the same surface again.
    int256 private constant LIFT = 1 << 20;
    uint256 private constant MAX_BOUNCES = 3;

    struct Vector {
        int256 x;
        int256 y;
        int256 z;
    }

    struct Ball {
        Vector center;
        int256 radius;
        Vector color;
        int256 mirror;
    }

    struct Hit {
        int256 distance;
        Vector point;
        Vector normal;
        Vector color;
        int256 mirror;
    }

    /// Three bytes a pixel (red, green, blue), rows from the top, and their hash.
    function render(uint256 width, uint256 height) external pure returns (bytes32 checksum, bytes memory pixels) {
        Ball[] memory balls = scene();
        pixels = new bytes(width * height * 3);
        uint256 at = 0;
        for (uint256 row = 0; row < height; row++) {
            for (uint256 column = 0; column < width; column++) {
                uint256 free = freeMemory();
                Vector memory color = trace(balls, eye(), ray(column, row, width, height));
                pixels[at++] = channel(color.x);
                pixels[at++] = channel(color.y);
                pixels[at++] = channel(color.z);
                // Nothing of a pixel outlives it: without this, memory would grow to tens of megabytes.
                resetMemory(free);
            }
        }
        checksum = keccak256(pixels);
    }

    function scene() private pure returns (Ball[] memory balls) {
        balls = new Ball[](3);
        balls[0] = Ball(Vector(0, 0, 5 * ONE), ONE, Vector(ONE, ONE / 5, ONE / 5), ONE / 3);
        balls[1] = Ball(Vector(-2 * ONE, -ONE / 4, 6 * ONE), (3 * ONE) / 4, Vector(ONE / 5, ONE, ONE / 4), ONE / 4);
        balls[2] = Ball(Vector((7 * ONE) / 4, -ONE / 2, 4 * ONE), ONE / 2, Vector(ONE / 4, ONE / 3, ONE), ONE / 2);
    }

    function eye() private pure returns (Vector memory) {
        return Vector(0, ONE / 2, -ONE);
    }

    function light() private pure returns (Vector memory) {
        return Vector(-4 * ONE, 6 * ONE, -ONE);
    }

    function ray(uint256 column, uint256 row, uint256 width, uint256 height) private pure returns (Vector memory) {
        int256 x = ((2 * int256(column) + 1 - int256(width)) * ONE) / int256(width);
        int256 y = ((int256(height) - 2 * int256(row) - 1) * ONE) / int256(width);
        return normalize(Vector(x / 2, y / 2 - ONE / 12, ONE));
    }

    function trace(Ball[] memory balls, Vector memory from, Vector memory direction)
        private
        pure
        returns (Vector memory color)
    {
        int256 weight = ONE;
        for (uint256 bounce = 0; bounce <= MAX_BOUNCES; bounce++) {
            Hit memory hit = nearest(balls, from, direction);
            if (hit.distance == FAR) {
                return add(color, scale(sky(direction), weight));
            }
            Vector memory start = add(hit.point, scale(hit.normal, LIFT));
            int256 shade = brightness(balls, start, hit.normal);
            color = add(color, scale(hit.color, mul(weight, mul(shade, ONE - hit.mirror))));
            weight = mul(weight, hit.mirror);
            if (weight < ONE / 256) {
                return color;
            }
            from = start;
            direction = normalize(sub(direction, scale(hit.normal, 2 * dot(direction, hit.normal))));
        }
    }

    function nearest(Ball[] memory balls, Vector memory from, Vector memory direction)
        private
        pure
        returns (Hit memory hit)
    {
        hit.distance = FAR;
        uint256 which = balls.length;
        for (uint256 i = 0; i < balls.length; i++) {
            int256 distance = distanceTo(balls[i], from, direction);
            if (distance < hit.distance) {
                hit.distance = distance;
                which = i;
            }
        }
        int256 floor = direction.y < 0 ? div(-ONE - from.y, direction.y) : FAR;
        if (floor < hit.distance && floor > 0 && floor < 64 * ONE) {
            hit.distance = floor;
            hit.point = add(from, scale(direction, floor));
            hit.normal = Vector(0, ONE, 0);
            bool even = ((hit.point.x >> 32) + (hit.point.z >> 32)) & 1 == 0;
            hit.color = even ? Vector(ONE, ONE, (ONE * 4) / 5) : Vector(ONE / 6, ONE / 6, ONE / 6);
            hit.mirror = ONE / 8;
        } else if (which < balls.length) {
            hit.point = add(from, scale(direction, hit.distance));
            hit.normal = normalize(sub(hit.point, balls[which].center));
            hit.color = balls[which].color;
            hit.mirror = balls[which].mirror;
        }
    }

    /// The smaller positive root of |from + t direction - center| = radius; FAR when there is none.
    function distanceTo(Ball memory ball, Vector memory from, Vector memory direction) private pure returns (int256) {
        Vector memory offset = sub(ball.center, from);
        int256 along = dot(offset, direction);
        if (along <= 0) {
            return FAR;
        }
        int256 discriminant = mul(along, along) - dot(offset, offset) + mul(ball.radius, ball.radius);
        if (discriminant <= 0) {
            return FAR;
        }
        int256 distance = along - squareRoot(discriminant);
        return distance > 0 ? distance : FAR;
    }

    function brightness(Ball[] memory balls, Vector memory point, Vector memory normal) private pure returns (int256) {
        int256 ambient = ONE / 6;
        Vector memory toLight = sub(light(), point);
        int256 distance = squareRoot(dot(toLight, toLight));
        Vector memory direction = scale(toLight, div(ONE, distance));
        int256 facing = dot(direction, normal);
        if (facing <= 0) {
            return ambient;
        }
        for (uint256 i = 0; i < balls.length; i++) {
            if (distanceTo(balls[i], point, direction) < distance) {
                return ambient;
            }
        }
        return ambient + mul(facing, ONE - ambient);
    }

    function sky(Vector memory direction) private pure returns (Vector memory) {
        int256 height = direction.y > 0 ? direction.y : int256(0);
        return Vector(ONE / 2 - height / 3, (ONE * 2) / 3 - height / 4, ONE - height / 8);
    }

    function add(Vector memory a, Vector memory b) private pure returns (Vector memory) {
        return Vector(a.x + b.x, a.y + b.y, a.z + b.z);
    }

    function sub(Vector memory a, Vector memory b) private pure returns (Vector memory) {
        return Vector(a.x - b.x, a.y - b.y, a.z - b.z);
    }

    function scale(Vector memory a, int256 factor) private pure returns (Vector memory) {
        return Vector(mul(a.x, factor), mul(a.y, factor), mul(a.z, factor));
    }

    function dot(Vector memory a, Vector memory b) private pure returns (int256) {
        return (a.x * b.x + a.y * b.y + a.z * b.z) >> 32;
    }

    function normalize(Vector memory a) private pure returns (Vector memory) {
        return scale(a, div(ONE, squareRoot(dot(a, a))));
    }

    function mul(int256 a, int256 b) private pure returns (int256) {
        return (a * b) >> 32;
    }

    function div(int256 a, int256 b) private pure returns (int256) {
        return (a << 32) / b;
    }

    /// Newton's method from above: it falls until it stands at the root.
    function squareRoot(int256 a) private pure returns (int256) {
        uint256 square = uint256(a) << 32;
        if (square == 0) {
            return 0;
        }
        uint256 root = 1 << 40;
        while (true) {
            uint256 next = (root + square / root) >> 1;
            if (next >= root) {
                return int256(root);
            }
            root = next;
        }
        return 0;
    }

    function channel(int256 value) private pure returns (bytes1) {
        int256 level = (value * 255) >> 32;
        return bytes1(uint8(uint256(level > 255 ? int256(255) : level)));
    }

    function freeMemory() private pure returns (uint256 free) {
        assembly ("memory-safe") {
            free := mload(0x40)
        }
    }

    function resetMemory(uint256 free) private pure {
        assembly ("memory-safe") {
            mstore(0x40, free)
        }
    }
}
